"""Sums of money: amount, currency, period, role and place."""

from __future__ import annotations

import pytest

from tipscan.entities import extract
from tipscan.entities.amounts import parse_number
from tipscan.text.normalize import normalize

SUMS = [
    # language, text, (the sum as written, amount, currency, period, role)
    ("en", "salary $900 a month", ("$900", 900, "USD", "month", "pay")),
    ("en", "earn 800–1200 USD monthly", ("800–1200 USD", 800, "USD", "month", "pay")),
    ("en", "$800-$1200 per week", ("$800-$1200", 800, "USD", "week", "pay")),
    ("en", "from $8-10k", ("$8-10k", 8000, "USD", None, "other")),
    ("en", "wage Rs. 15000/- pm", ("Rs. 15000", 15000, "INR", "month", "pay")),
    ("en", "pay 2 lakh rupees", ("2 lakh rupees", 200_000, "INR", None, "pay")),
    ("en", "earn $5 per task", ("$5", 5, "USD", "task", "pay")),
    ("en", "£12.50/hr", ("£12.50", 12.5, "GBP", "hour", "pay")),
    ("en", "salary KD 120.000 monthly", ("KD 120.000", 120, "KWD", "month", "pay")),  # three decimals
    ("en", "salary 800", ("800", 800, None, None, "pay")),
    ("en", "3000/month", ("3000", 3000, None, "month", "pay")),
    ("en", "$50 registration fee", ("$50", 50, "USD", None, "fee")),
    ("en", "a deposit of 100 USDT", ("100 USDT", 100, "USDT", None, "deposit")),
    ("en", "salary advance: 300 EUR", ("300 EUR", 300, "EUR", None, "debt")),
    ("en", "basic ５００ dollars", ("５００ dollars", 500, "USD", None, "pay")),
    ("zh", "月薪8000-12000元", ("8000-12000元", 8000, "CNY", "month", "pay")),
    ("zh", "月薪八千元", ("八千元", 8000, "CNY", "month", "pay")),
    ("zh", "0.6-1.3万/月", ("0.6-1.3万", 6000, None, "month", "pay")),
    ("zh", "日赚300U", ("300U", 300, "USDT", "day", "pay")),
    ("zh", "押金2万", ("2万", 20_000, None, None, "deposit")),
    ("zh", "签证费五百美元", ("五百美元", 500, "USD", None, "fee")),
    ("id", "Gaji 5-7 juta/bulan", ("5-7 juta", 5_000_000, "IDR", "month", "pay")),
    ("id", "biaya admin Rp150rb", ("Rp150rb", 150_000, "IDR", None, "fee")),
    ("id", "gaji Rp 3.500.000 per bulan", ("Rp 3.500.000", 3_500_000, "IDR", "month", "pay")),
    ("ms", "gaji RM2,500 sebulan", ("RM2,500", 2500, "MYR", "month", "pay")),
    ("vi", "Lương 15-20 triệu/tháng", ("15-20 triệu", 15_000_000, "VND", "month", "pay")),
    ("vi", "đặt cọc 2tr", ("2tr", 2_000_000, "VND", None, "deposit")),
    ("vi", "lương 500.000đ/ngày", ("500.000đ", 500_000, "VND", "day", "pay")),
    ("th", "วันละ 500 บาท", ("500 บาท", 500, "THB", "day", "pay")),
    ("th", "เงินเดือน 2 หมื่นบาท", ("2 หมื่นบาท", 20_000, "THB", "month", "pay")),
    ("th", "ค่าปรับ ๑๐,๐๐๐ บาท", ("๑๐,๐๐๐ บาท", 10_000, "THB", None, "debt")),
    ("lo", "ເງິນເດືອນ 20 ລ້ານກີບ", ("20 ລ້ານກີບ", 20_000_000, "LAK", "month", "pay")),
    ("km", "ប្រាក់ខែ ៨០០$ ក្នុងមួយខែ", ("៨០០$", 800, "USD", "month", "pay")),
    ("my", "လစာ ကျပ် ၅ သိန်း", ("ကျပ် ၅ သိန်း", 500_000, "MMK", "month", "pay")),
    ("tl", "sahod ₱25,000 kada buwan", ("₱25,000", 25_000, "PHP", "month", "pay")),
    ("ru", "зарплата от 50 000 до 80 тыс. руб. в месяц", ("50 000 до 80 тыс. руб.", 50_000, "RUB", "month", "pay")),
    ("ru", "1600р за смену", ("1600р", 1600, "RUB", "day", "pay")),
    ("ru", "залог 5 тыс. руб.", ("5 тыс. руб.", 5000, "RUB", None, "deposit")),
    ("uk", "внесок 500 грн", ("500 грн", 500, "UAH", None, "fee")),
    ("hi", "वेतन ₹25,000 प्रति माह", ("₹25,000", 25_000, "INR", "month", "pay")),
    ("bn", "বেতন ৫০,০০০ টাকা মাসে", ("৫০,০০০ টাকা", 50_000, "BDT", "month", "pay")),
    ("ur", "تنخواہ 80 ہزار روپے ماہانہ", ("80 ہزار روپے", 80_000, "PKR", "month", "pay")),
    ("ne", "तलब १,५०० रियाल मासिक", ("१,५०० रियाल", 1500, "SAR", "month", "pay")),
    ("ne", "तलब रु १५,०००", ("रु १५,०००", 15_000, "NPR", None, "pay")),  # "Rs" is the reader's own
    ("ta", "சம்பளம் 50,000 ரூபாய் மாதத்திற்கு", ("50,000 ரூபாய்", 50_000, "INR", "month", "pay")),
    ("si", "වැටුප රු. 100,000 මාසිකව", ("රු. 100,000", 100_000, "LKR", "month", "pay")),
    ("ar", "الراتب ٤٠٠٠ درهم شهريا", ("٤٠٠٠ درهم", 4000, "AED", "month", "pay")),
    ("ar", "رسوم التأشيرة ٥٠٠ دولار", ("٥٠٠ دولار", 500, "USD", None, "fee")),
    ("fa", "حقوق ۲۰ میلیون تومان ماهانه", ("۲۰ میلیون تومان", 200_000_000, "IRR", "month", "pay")),  # ten rials each
    ("tr", "Maaş 30.000 TL aylık", ("30.000 TL", 30_000, "TRY", "month", "pay")),
    ("pt", "Salário R$ 3.000,00 por mês", ("R$ 3.000,00", 3000, "BRL", "month", "pay")),
    ("es", "sueldo 15,000 pesos al mes", ("15,000 pesos", 15_000, "MXN", "month", "pay")),
    ("fr", "salaire 1 200 € par mois", ("1 200 €", 1200, "EUR", "month", "pay")),
    ("sw", "mshahara 500,000 TZS kwa mwezi", ("500,000 TZS", 500_000, "TZS", "month", "pay")),
    ("am", "ደመወዝ 15,000 ብር በወር", ("15,000 ብር", 15_000, "ETB", "month", "pay")),
    ("ja", "月給25万円", ("25万円", 250_000, "JPY", "month", "pay")),
    ("ko", "보증금 150만원", ("150만원", 1_500_000, "KRW", None, "deposit")),
    ("de", "Gehalt 2.500 Euro pro Monat", ("2.500 Euro", 2500, "EUR", "month", "pay")),
]

NO_SUMS = [
    ("en", "salary after 3 months"),
    ("en", "pay 12 hours"),
    ("en", "wage rise of 100%"),
    ("en", "salary since 2019"),  # a year
    ("en", "40 hours/week, 500 workers"),
    ("en", "visa H2B and size A4"),
    ("en", "pay us at +1 202 555 0142"),  # a telephone number
    ("vi", "tuyển 2 nghìn người"),  # people
    ("ru", "опыт 5 лет"),
]


@pytest.mark.parametrize(("language", "text", "expected"), SUMS)
def test_a_sum_is_read_in_its_own_convention(
    language: str, text: str, expected: tuple[str, float, str | None, str | None, str]
) -> None:
    """A sum is found where it stands, with its currency, its period and what it is for."""
    [money] = extract(normalize(text), language).money
    assert expected == (text[money.start : money.end], money.amount, money.currency, money.period, money.role)


@pytest.mark.parametrize(("language", "text"), NO_SUMS)
def test_other_numbers_are_no_sums(language: str, text: str) -> None:
    """Times, years, people, percentages, papers and telephone numbers are not money."""
    assert extract(normalize(text), language).money == ()


def test_each_sum_keeps_its_own_role() -> None:
    """Of several sums in a sentence each has the role of the word beside it."""
    money = extract(normalize("Salary $800, $50 registration fee; deposit 30 USD and loan 500 USD"), "en").money
    assert [sum_.role for sum_ in money] == ["pay", "fee", "deposit", "debt"]


@pytest.mark.parametrize(
    ("token", "value"),
    [
        ("1.000.000", 1_000_000),
        ("1,000,000.50", 1_000_000.5),
        ("1.000.000,50", 1_000_000.5),
        ("1,00,000", 100_000),  # Indian grouping
        ("1 000 000", 1_000_000),
        ("1'000", 1000),
        ("2.500", 2500),
        ("2.50", 2.5),
        ("1,5", 1.5),
        ("0.125", 0.125),
        ("1.100.00", 1100),
    ],
)
def test_every_convention_of_separators(token: str, value: float) -> None:
    """The same number is read from every way of grouping its digits."""
    assert value == parse_number(token)
