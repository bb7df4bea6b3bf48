"""What a text states: ages, hours, gender, place, sector, licence, employer."""

from __future__ import annotations

import pytest

from tipscan.entities import extract
from tipscan.text.normalize import normalize

AGES = [
    ("en", "Girls 18-35 wanted", 18, 35),
    ("en", "aged 20 to 30", 20, 30),
    ("en", "Ladies only, under 30.", None, 30),
    ("en", "must be 18 or older", 18, None),
    ("en", "18+ only", 18, None),
    ("en", "we take you if you are 16 or 17", 16, None),
    ("en", "school girls 15-17", 15, 17),
    ("en", "girls under 17.", 17, 17),  # a child is always in age_min
    ("en", "not older than 40 years old", None, 40),
    ("fr", "Awa (16 ans) commence lundi", 16, None),
    ("zh", "年龄18-35岁", 18, 35),
    ("zh", "16岁以上,35岁以下", 16, 35),
    ("vi", "từ 18 đến 35 tuổi", 18, 35),
    ("vi", "nữ dưới 30 tuổi", None, 30),
    ("th", "อายุ 18-35 ปี", 18, 35),
    ("th", "อายุไม่เกิน 35 ปี", None, 35),
    ("id", "usia 18-35", 18, 35),
    ("id", "usia max 27 thn", None, 27),
    ("ms", "umur 18-35 tahun", 18, 35),
    ("ru", "возраст 18–35", 18, 35),
    ("ru", "работа с 14 лет", 14, None),
    ("ru", "девушки до 25 лет", None, 25),
    ("uk", "віком від 18 років", 18, None),
    ("hi", "उम्र १८-३५ साल", 18, 35),
    ("bn", "বয়স ১৮-৩৫ বছর", 18, 35),
    ("ur", "عمر 18-35 سال", 18, 35),
    ("ne", "उमेर २०-४० वर्ष", 20, 40),
    ("ta", "வயது 18-35", 18, 35),
    ("si", "වයස 18-35", 18, 35),
    ("ar", "العمر من ١٨ إلى ٣٠ سنة", 18, 30),
    ("fa", "سن ۲۰ تا ۳۵ سال", 20, 35),
    ("tr", "18-35 yaş arası", 18, 35),
    ("km", "អាយុ ១៨-៣០ ឆ្នាំ", 18, 30),
    ("lo", "ອາຍຸ 18-30 ປີ", 18, 30),
    ("my", "အသက် ၁၈-၃၀", 18, 30),
    ("am", "ዕድሜ ከ21 እስከ 38", 21, 38),
    ("sw", "umri 18-35", 18, 35),
    ("pt", "idade 18 a 35 anos", 18, 35),
    ("es", "mujeres de 18 a 30 años", 18, 30),
    ("tl", "edad 18-35", 18, 35),
    ("ko", "나이 20-35세", 20, 35),
]

NO_AGES = [
    ("en", "5 years experience"),
    ("en", "over 20 years in business"),
    ("en", "a two-year contract, 2 years"),
    ("en", "must be able to lift 50 lbs"),
    ("es", "por más de 20 años nos hemos consolidado"),
    ("ru", "опыт от 3 лет"),
    ("id", "pengalaman min. 2 tahun"),
    ("en", "under 30 minutes from 18 to 20 June"),
]

FACTS = [
    ("en", "12 hours a day", "hours", 12, "12 hours a day"),
    ("en", "work 12-14 hours per day", "hours", 14, "12-14 hours per day"),  # the longer day
    ("zh", "每天工作12小时", "hours", 12, "每天工作12小时"),
    ("vi", "làm 12 tiếng/ngày", "hours", 12, "12 tiếng/ngày"),
    ("ru", "12 часов в день", "hours", 12, "12 часов в день"),
    ("th", "วันละ 12 ชั่วโมง", "hours", 12, "วันละ 12 ชั่วโมง"),
    ("ne", "दैनिक ८ घण्टा", "hours", 8, "दैनिक ८ घण्टा"),
    ("ar", "12 ساعة يوميا", "hours", 12, "12 ساعة يوميا"),
    ("en", "hiring female staff", "gender", "female", "female"),
    ("en", "men and women needed", "gender", "any", "men and women"),
    ("id", "dibutuhkan pria/wanita", "gender", "any", "pria/wanita"),
    ("ru", "требуются девушки", "gender", "female", "девушки"),
    ("zh", "男女不限", "gender", "any", "男女不限"),
    ("ar", "مطلوب بنات", "gender", "female", "بنات"),
    ("en", "work in Dubai", "destination", "AE", "Dubai"),
    ("en", "maids from Nepal to Kuwait", "destination", "KW", "Kuwait"),
    ("en", "near KK Park", "destination", "MM", "KK Park"),
    ("th", "ทำงานที่ปอยเปต", "destination", "KH", "ปอยเปต"),
    ("zh", "去缅北", "destination", "MM", "缅北"),
    ("ru", "работа в Таиланде", "destination", "TH", "Таиланде"),
    ("hi", "दुबई में काम", "destination", "AE", "दुबई"),
    ("am", "ወደ ዱባይ", "destination", "AE", "ወደ ዱባይ"),
    ("lo", "ວຽກຢູ່ສາມຫຼ່ຽມຄຳ", "destination", "LA", "ສາມຫຼ່ຽມຄຳ"),
    ("en", "housemaid for a family", "sector", "domestic", "housemaid"),
    ("vi", "tàu cá cần thuyền viên", "sector", "fishing", "tàu cá"),
    ("es", "se busca albañil", "sector", "construction", "albañil"),
    ("en", "POEA lic. no. 123-LB-0456", "licence", "123-LB-0456", "123-LB-0456"),
    ("zh", "许可证号：A12345", "licence", "A12345", "A12345"),
    ("vi", "giấy phép số 123/LĐTBXH-GP", "licence", "123/LĐTBXH-GP", "123/LĐTBXH-GP"),
    ("th", "ใบอนุญาตเลขที่ น.123/2560", "licence", "น.123/2560", "น.123/2560"),
    ("ar", "ترخيص رقم 12345،", "licence", "12345", "12345"),
    ("en", "by Acme Global Co., Ltd today", "employer", "Acme Global Co., Ltd", "Acme Global Co., Ltd"),
    ("id", "PT Maju Jaya Abadi", "employer", "PT Maju Jaya Abadi", "PT Maju Jaya Abadi"),
    ("ru", "ООО «Ромашка»", "employer", "ООО «Ромашка»", "ООО «Ромашка»"),
    ("zh", "招聘：深圳市晨星有限公司", "employer", "深圳市晨星有限公司", "深圳市晨星有限公司"),
    ("vi", "Công ty TNHH Sao Mai tuyển", "employer", "Công ty TNHH Sao Mai", "Công ty TNHH Sao Mai"),
    ("th", "บริษัท สยามดี จำกัด", "employer", "บริษัท สยามดี จำกัด", "บริษัท สยามดี จำกัด"),
]

NO_FACTS = [
    ("en", "open 12 hours", "hours"),  # the shop, not the day
    ("en", "a women's clothes shop", "gender"),
    ("en", "she comes from Dubai", "destination"),
    ("en", "write to dubai@example.com", "destination"),  # part of an address
    ("en", "Dubai, Doha, Muscat", "destination"),  # which of them is not said
    ("en", "driving licence required", "licence"),
    ("en", "places limited", "employer"),
    ("id", "pt besar", "employer"),
]


@pytest.mark.parametrize(("language", "text", "low", "high"), AGES)
def test_ages_are_read(language: str, text: str, low: int | None, high: int | None) -> None:
    """The lowest and highest age stated are facts, children's ages included."""
    facts = extract(normalize(text), language).facts
    stated = tuple(facts[name].value if name in facts else None for name in ("age_min", "age_max"))
    assert (low, high) == stated


@pytest.mark.parametrize(("language", "text"), NO_AGES)
def test_years_are_not_ages(language: str, text: str) -> None:
    """Experience, contracts, firms and weights have years or numbers but no age."""
    facts = extract(normalize(text), language).facts
    assert set() == facts.keys() & {"age_min", "age_max"}


@pytest.mark.parametrize(("language", "text", "name", "value", "written"), FACTS)
def test_a_stated_fact_is_found(language: str, text: str, name: str, value: str | int, written: str) -> None:
    """A fact carries its value and the place where it is stated."""
    fact = extract(normalize(text), language).facts[name]
    assert (value, written) == (fact.value, text[fact.start : fact.end])


@pytest.mark.parametrize(("language", "text", "name"), NO_FACTS)
def test_what_is_not_stated_is_not_a_fact(language: str, text: str, name: str) -> None:
    """A word alone does not state the fact."""
    assert name not in extract(normalize(text), language).facts


IN_CONTACTS = [
    "Nanny wanted. Telegram @age_16_club for details",
    "Hiring: https://example.com/age-15/girls",
    "see https://example.com/jobs?salary=900usd&age=16",
    "maids wanted, mail girls_12_hours_a_day@example.com",
    "Hiring, Telegram: @female_driver",
    "mail passport-photo@example.com, send it",
    "IG: @slim_tall_hostel",
    "see https://example.com/licence-A12345",
]


@pytest.mark.parametrize("text", IN_CONTACTS)
def test_a_contact_states_nothing(text: str) -> None:
    """A handle or an address with an age, hours, a gender or papers in it is a name."""
    sector = {"sector"}  # "nanny" and "maids" stand outside
    assert extract(normalize(text), "en").facts.keys() <= sector


def test_what_stands_beside_a_contact_is_stated() -> None:
    """The words outside count as they do without the contact."""
    text = "Hiring girls 18-25, 12 hours a day, https://example.com/age-15/boys"
    facts = extract(normalize(text), "en").facts
    stated = {name: facts[name].value for name in ("age_min", "age_max", "gender", "hours")}
    assert stated == {"age_min": 18, "age_max": 25, "gender": "female", "hours": 12}
