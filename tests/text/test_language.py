"""Script first, then statistics; never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipscan.text import Language, identify, normalize
from tipscan.text.characters import classes, scripts
from tipscan.text.language import Cld2, Langdetect

SENTENCES = [
    ("en", "We are looking for a cook for our hotel by the lake"),
    ("vi", "Chúng tôi cần tuyển một đầu bếp cho khách sạn bên hồ"),
    ("id", "Kami mencari juru masak untuk hotel kami di tepi danau"),
    ("tl", "Naghahanap kami ng kusinero para sa aming hotel sa tabi ng lawa"),
    ("es", "Buscamos un cocinero para nuestro hotel junto al lago"),
    ("tr", "Göl kenarındaki otelimiz için aşçı arıyoruz"),
    ("sw", "Tunatafuta mpishi kwa ajili ya hoteli yetu kando ya ziwa"),
    ("ru", "Ищем повара в нашу гостиницу у озера"),
    ("uk", "Шукаємо кухаря до нашого готелю біля озера"),
    ("zh", "湖边酒店招聘厨师"),
    ("ja", "湖のほとりのホテルで料理人を募集しています"),
    ("ko", "호숫가 호텔에서 요리사를 구합니다"),
    ("th", "โรงแรมริมทะเลสาบรับสมัครพ่อครัว"),
    ("lo", "ໂຮງແຮມແຄມທະເລສາບຮັບສະໝັກພໍ່ຄົວ"),
    ("km", "សណ្ឋាគារជាប់បឹងត្រូវការចុងភៅ"),
    ("my", "ကန်ဘေးက ဟိုတယ်အတွက် စားဖိုမှူး အလိုရှိသည်"),
    ("hi", "झील के किनारे हमारे होटल के लिए रसोइया चाहिए"),
    ("ne", "तालको छेउमा रहेको हाम्रो होटलका लागि भान्से चाहिएको छ"),
    ("bn", "হ্রদের ধারে আমাদের হোটেলের জন্য রাঁধুনি দরকার"),
    ("ta", "ஏரிக்கரையில் உள்ள எங்கள் ஹோட்டலுக்கு சமையல்காரர் தேவை"),
    ("si", "වැව අසල අපේ හෝටලයට අරක්කැමියෙක් අවශ්‍යයි"),
    ("am", "በሐይቁ ዳር ላለው ሆቴላችን ምግብ አብሳይ እንፈልጋለን"),
    ("ar", "نبحث عن طباخ لفندقنا على ضفاف البحيرة"),
    ("fa", "برای هتل خود در کنار دریاچه به دنبال آشپز هستیم"),
    ("ur", "جھیل کے کنارے ہمارے ہوٹل کے لیے باورچی درکار ہے"),
    # brands, handles and Latin digits do not outweigh the script of the sentence
    ("th", "สมัครที่ Facebook หรือ LINE ID: hotel_example"),
    ("zh", "请加微信 wechat hotel_example 月薪8000"),
    ("und", "+66 81 555 0123"),
    ("und", "🙂🙂"),
]


@pytest.mark.parametrize(("code", "sentence"), SENTENCES)
def test_each_language_is_told(code: str, sentence: str) -> None:
    """One ordinary sentence is enough."""
    assert identify(normalize(sentence).text).code == code


def test_languages_can_be_restricted() -> None:
    """What is not expected becomes und, with no confidence."""
    text = "Göl kenarındaki otelimiz için aşçı arıyoruz"
    assert identify(text, languages=["ru", "en"]) == Language("und", 0.0)


def test_scripts_are_counted_most_frequent_first() -> None:
    """Letters and marks by script; digits, spaces and signs count nowhere."""
    assert scripts(classes("abc กขคง 123 !!")) == {"thai": 4, "latin": 3}


@given(st.text(max_size=200))
def test_nothing_raises(text: str) -> None:
    """Any text has an answer with a confidence in [0, 1]."""
    answer = identify(text)
    assert 0 <= answer.confidence <= 1


@pytest.mark.parametrize("identifier", [Cld2(), Langdetect()], ids=["cld2", "langdetect"])
def test_backends_answer_alike_and_always(identifier: Cld2 | Langdetect) -> None:
    """Both backends tell Spanish, and give und for what holds no letters instead of raising."""
    assert identifier.identify("Buscamos un cocinero para nuestro hotel junto al lago").code == "es"
    assert identifier.identify("12345 !!").code == "und"


def test_langdetect_is_seeded() -> None:
    """The same text gets the same answer and confidence every time."""
    text = "hotel lago cocina"
    assert len({Langdetect().identify(text) for _ in range(5)}) == 1
