"""Telephone numbers: which digits are one, of what kind, and in what E.164 form."""

from __future__ import annotations

import pytest

from tipscan.entities import extract
from tipscan.text.normalize import normalize

NUMBERS = [
    ("en", "Call +1 202 555 0142", "phone", "+1 202 555 0142", "+12025550142"),
    ("en", "call/WhatsApp +66 81 555 0123", "whatsapp", "+66 81 555 0123", "+66815550123"),
    ("en", "+44 7700 900123 (WhatsApp)", "whatsapp", "+44 7700 900123", "+447700900123"),
    ("en", "Signal +44 7700 900123", "signal", "+44 7700 900123", "+447700900123"),
    ("en", "Viber: +95 9 555 012 345", "viber", "+95 9 555 012 345", "+959555012345"),
    ("en", "tel 0066 81 555 0123", "phone", "0066 81 555 0123", "+66815550123"),
    ("en", "call (202) 555-0142", "phone", "(202) 555-0142", "+12025550142"),
    ("en", "salary 25,000 PHP, text 0917 555 0142", "phone", "0917 555 0142", "+639175550142"),  # currency tells
    ("tl", "tumawag 0917 555 0142", "phone", "0917 555 0142", "+639175550142"),
    ("tl", "tawag 0️⃣9️⃣1️⃣7️⃣ 5️⃣5️⃣5️⃣ 0️⃣1️⃣4️⃣2️⃣", "phone", "0️⃣9️⃣1️⃣7️⃣ 5️⃣5️⃣5️⃣ 0️⃣1️⃣4️⃣2️⃣", "+639175550142"),
    ("km", "អាយុ ២០-៣០ 085 555 0150 ទូរសព្ទ", "phone", "085 555 0150", "+66855550150"),  # ages stand before it
    ("vi", "Zalo: 0915550123", "zalo", "0915550123", "+84915550123"),
    ("vi", "SĐT 091 555 0123", "phone", "091 555 0123", "+84915550123"),
    ("th", "โทร 081-555-0123", "phone", "081-555-0123", "+66815550123"),
    ("th", "โทร ๐๘๑ ๕๕๕ ๐๑๒๓", "phone", "๐๘๑ ๕๕๕ ๐๑๒๓", "+66815550123"),
    ("zh", "电话13800138000", "phone", "13800138000", "+8613800138000"),
    ("ru", "тел. 8 912 555-01-23", "phone", "8 912 555-01-23", "+79125550123"),
    ("hi", "फ़ोन ९८७६५ ४३२१०", "phone", "९८७६५ ४३२१०", "+919876543210"),
    ("bn", "যোগাযোগ ০১৭১২-৩৪৫৬৭৮", "phone", "০১৭১২-৩৪৫৬৭৮", "+8801712345678"),
    ("ur", "رابطہ 0300 1234567", "phone", "0300 1234567", "+923001234567"),
    ("ne", "सम्पर्क ९८४१२३४५६७", "phone", "९८४१२३४५६७", "+9779841234567"),
    ("ta", "தொடர்புக்கு 98765 43210", "phone", "98765 43210", "+919876543210"),
    ("si", "දුරකථන 071 234 5678", "phone", "071 234 5678", "+94712345678"),
    ("ar", "واتساب ٠٥٥١٢٣٤٥٦٧", "whatsapp", "٠٥٥١٢٣٤٥٦٧", "+966551234567"),
    ("fa", "تماس ۰۹۱۲ ۳۴۵ ۶۷۸۹", "phone", "۰۹۱۲ ۳۴۵ ۶۷۸۹", "+989123456789"),
    ("my", "ဖုန်း ၀၉ ၅၅၅ ၀၁၂ ၃၄၅", "phone", "၀၉ ၅၅၅ ၀၁၂ ၃၄၅", "+959555012345"),
    ("km", "ទូរស័ព្ទ ០១២ ៥៥៥ ០១២", "phone", "០១២ ៥៥៥ ០១២", "+85512555012"),
    ("lo", "ເບີໂທ 020 5555 0123", "phone", "020 5555 0123", "+8562055550123"),
    ("am", "ስልክ 0911 55 01 23", "phone", "0911 55 01 23", "+251911550123"),
    ("sw", "piga simu 0712 345 678", "phone", "0712 345 678", "+254712345678"),
    ("tr", "telefon 0532 123 45 67", "phone", "0532 123 45 67", "+905321234567"),
    ("pt", "WhatsApp (11) 91234-5678", "whatsapp", "(11) 91234-5678", "+5511912345678"),
    ("es", "llamar 55 1234 5678", "phone", "55 1234 5678", "+525512345678"),
    ("fr", "appelez le 07 55 55 01 42", "phone", "07 55 55 01 42", "+33755550142"),
    ("id", "WA 0812-3456-7890", "whatsapp", "0812-3456-7890", "+6281234567890"),
    ("ms", "hubungi 012-345 6789", "phone", "012-345 6789", "+60123456789"),
]

NOT_NUMBERS = [
    ("en", "Posted 12-05-2024"),  # a date
    ("en", "from 2024-05-12 on"),
    ("en", "open 10:00-18:00 and 10.00 - 18.00"),  # opening hours
    ("en", "seasons 1990-2000"),  # years
    ("en", "salary 15000-20000"),  # a range of pay
    ("id", "gaji Rp 12.084.012"),  # an amount with separators
    ("en", "a total of 15 000 000"),
    ("en", "licence no. 9175550142"),  # the number of a paper
    ("en", "Order #98765432101"),
    ("ru", "ИНН 7701234567"),
    ("zh", "许可证号 13800138000"),
    ("zh", "打电话。月薪S$5200–6500"),  # money, though a word for calling stands before it
    ("vi", "gọi đường dây nóng 1900 555 9119"),  # no part of a service number is a number of its own
    ("en", "12345678"),  # eight digits and nothing that says what they are
    ("en", "123456789012345678901234567890"),
]


@pytest.mark.parametrize(("language", "text", "kind", "value", "normalized"), NUMBERS)
def test_a_number_is_read_in_its_country(language: str, text: str, kind: str, value: str, normalized: str) -> None:
    """A telephone number is found whole, with the kind of the word beside it and in E.164."""
    [contact] = extract(normalize(text), language).contacts
    assert (kind, value, normalized) == (contact.kind, contact.value, contact.normalized)


@pytest.mark.parametrize(("language", "text"), NOT_NUMBERS)
def test_other_digits_are_no_telephone(language: str, text: str) -> None:
    """Dates, hours, amounts, ranges and the numbers of papers are not contacts."""
    assert extract(normalize(text), language).contacts == ()


def test_a_list_of_numbers_shares_its_word() -> None:
    """Numbers that follow one another after one word are all of its kind."""
    contacts = extract(normalize("WhatsApp 0917 555 0142 / 0918 555 0143"), "tl").contacts
    expected = [("whatsapp", "+639175550142"), ("whatsapp", "+639185550143")]
    assert expected == [(contact.kind, contact.normalized) for contact in contacts]


def test_two_numbers_side_by_side_are_two() -> None:
    """Digits that are too many for one number are two."""
    contacts = extract(normalize("tawag 0917 555 0142 0918 555 0143"), "tl").contacts
    assert [contact.normalized for contact in contacts] == ["+639175550142", "+639185550143"]
