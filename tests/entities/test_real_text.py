"""Numbers and sums as people write them in every language, and what looks like them."""

from __future__ import annotations

import pytest

from tipscan.entities import extract
from tipscan.entities.links import is_shortened
from tipscan.text.normalize import normalize

# language, text, E.164; national and international form, every script's digits, the separators in use.
PHONES = [
    ("en", "call 07700 900123", "+447700900123"),
    ("en", "call 020 7946 0958", "+442079460958"),
    ("en", "07700 900123", "+447700900123"),
    ("en", "0161 496 0123", "+441614960123"),
    ("en", "Ring 01632 960123 now", "+441632960123"),
    ("en", "+44 (0)7700 900123", "+447700900123"),
    ("en", "07911 123456", "+447911123456"),
    ("en", "Call 202-555-0142", "+12025550142"),
    ("en", "1-800-555-0199", "+18005550199"),
    ("en", "call 1 (202) 555.0142", "+12025550142"),
    ("de", "Tel. 0151 23456789", "+4915123456789"),
    ("de", "030 23125 123", "+493023125123"),
    ("de", "+49 151 2345 6789", "+4915123456789"),
    ("de", "Handy 0176/12345678", "+4917612345678"),
    ("fr", "06 12 34 56 78", "+33612345678"),
    ("fr", "06.12.34.56.78", "+33612345678"),
    ("fr", "+33 6 12 34 56 78", "+33612345678"),
    ("fr", "+33 (0)6 12 34 56 78", "+33612345678"),
    ("es", "tel 612 345 678", "+34612345678"),
    ("es", "llámame al +52 1 55 1234 5678", "+525512345678"),
    ("es", "WhatsApp 55 1234 5678", "+525512345678"),
    ("es", "cel 300 123 4567 Bogotá pesos colombianos", "+573001234567"),
    ("es", "cel. 987 654 321 (Lima)", "+51987654321"),
    ("pt", "(11) 98765-4321", "+5511987654321"),
    ("pt", "11 98765 4321", "+5511987654321"),
    ("pt", "+55 11 98765-4321", "+5511987654321"),
    ("it", "cell 347 123 4567", "+393471234567"),
    ("it", "+39 347 1234567", "+393471234567"),
    ("pl", "tel. 512 345 678", "+48512345678"),
    ("pl", "+48 512-345-678", "+48512345678"),
    ("ro", "tel 0712 345 678", "+40712345678"),
    ("ru", "8-912-555-01-23", "+79125550123"),
    ("ru", "8 (912) 555-01-23", "+79125550123"),
    ("ru", "89125550123", "+79125550123"),
    ("ru", "+7 912 555 01 23", "+79125550123"),
    ("ru", "+7(912)5550123", "+79125550123"),
    ("ru", "тел 912 555 01 23", "+79125550123"),
    ("uk", "067 123 45 67", "+380671234567"),
    ("uk", "+38 (067) 123-45-67", "+380671234567"),
    ("uk", "380671234567", "+380671234567"),
    ("tr", "0532 123 45 67", "+905321234567"),
    ("tr", "0(532)1234567", "+905321234567"),
    ("tr", "532 123 45 67 arayın", "+905321234567"),
    ("tr", "+90 532 123 4567", "+905321234567"),
    ("ar", "0501234567", "+966501234567"),
    ("ar", "واتساب 00971501234567", "+971501234567"),
    ("ar", "هاتف ٠٥٠-١٢٣-٤٥٦٧ دبي", "+971501234567"),
    ("ar", "01012345678 القاهرة", "+201012345678"),
    ("ar", "+966 50 123 4567", "+966501234567"),
    ("ar", "٩٦٦٥٠١٢٣٤٥٦٧+", "+966501234567"),
    ("ar", "+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", "+966501234567"),
    ("fa", "۰۹۱۲۳۴۵۶۷۸۹", "+989123456789"),
    ("fa", "+98 912 345 6789", "+989123456789"),
    ("ur", "0300-1234567", "+923001234567"),
    ("ur", "۰۳۰۰۱۲۳۴۵۶۷", "+923001234567"),
    ("ur", "+92 300 1234567", "+923001234567"),
    ("hi", "98765 43210", "+919876543210"),
    ("hi", "+91-98765-43210", "+919876543210"),
    ("hi", "९८७६५४३२१०", "+919876543210"),
    ("hi", "091-9876543210", "+919876543210"),
    ("hi", "09876543210", "+919876543210"),
    ("bn", "01712345678", "+8801712345678"),
    ("bn", "০১৭১২৩৪৫৬৭৮", "+8801712345678"),
    ("bn", "+880 1712-345678", "+8801712345678"),
    ("bn", "8801712345678", "+8801712345678"),
    ("ne", "9841234567", "+9779841234567"),
    ("ne", "९८४-१२३४५६७", "+9779841234567"),
    ("ne", "+977 9841234567", "+9779841234567"),
    ("ne", "01-4123456 फोन", "+97714123456"),
    ("si", "077 123 4567", "+94771234567"),
    ("si", "0771234567", "+94771234567"),
    ("si", "+94 77 123 4567", "+94771234567"),
    ("ta", "9876543210", "+919876543210"),
    ("ta", "077 123 4567", "+94771234567"),
    ("th", "081-234-5678", "+66812345678"),
    ("th", "0812345678", "+66812345678"),
    ("th", "๐๘๑๒๓๔๕๖๗๘", "+66812345678"),
    ("th", "02-123-4567", "+6621234567"),
    ("th", "+66 (0) 81 234 5678", "+66812345678"),
    ("lo", "020 55 123 456", "+8562055123456"),
    ("lo", "02055123456", "+8562055123456"),
    ("lo", "+856 20 55 123 456", "+8562055123456"),
    ("lo", "໐໒໐ ໕໕໑໒໓໔໕໖", "+8562055123456"),
    ("km", "012 345 678", "+85512345678"),
    ("km", "០១២៣៤៥៦៧៨", "+85512345678"),
    ("km", "096 123 4567", "+855961234567"),
    ("km", "+855 12 345 678", "+85512345678"),
    ("my", "09 777 123 456", "+959777123456"),
    ("my", "၀၉၇၇၇၁၂၃၄၅၆", "+959777123456"),
    ("my", "09-777123456", "+959777123456"),
    ("my", "+95 9 777 123 456", "+959777123456"),
    ("vi", "0912.345.678", "+84912345678"),
    ("vi", "0912 345 678", "+84912345678"),
    ("vi", "+84 912 345 678", "+84912345678"),
    ("vi", "84912345678", "+84912345678"),
    ("vi", "0️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "+84912345678"),
    ("id", "0812-3456-7890", "+6281234567890"),
    ("id", "+62 812-3456-7890", "+6281234567890"),
    ("id", "62812 3456 7890", "+6281234567890"),
    ("id", "WA 812 3456 7890", "+6281234567890"),
    ("id", "021-5551234", "+62215551234"),
    ("ms", "012-345 6789", "+60123456789"),
    ("ms", "+6012-345 6789", "+60123456789"),
    ("ms", "6012-3456789", "+60123456789"),
    ("ms", "03-2181 1234", "+60321811234"),
    ("tl", "0917 123 4567", "+639171234567"),
    ("tl", "0917-123-4567", "+639171234567"),
    ("tl", "+63 917 123 4567", "+639171234567"),
    ("tl", "(02) 8123 4567", "+63281234567"),
    ("tl", "639171234567", "+639171234567"),
    ("zh", "138 0013 8000", "+8613800138000"),
    ("zh", "138-0013-8000", "+8613800138000"),
    ("zh", "+86 138 0013 8000", "+8613800138000"),
    ("zh", "0912-345-678 台北", "+886912345678"),
    ("zh", "香港 9123 4567 whatsapp", "+85291234567"),
    ("zh", "010-62345678", "+861062345678"),
    ("zh", "①③⑧⓪⓪①③⑧⓪⓪⓪", "+8613800138000"),
    ("zh", "１３８００１３８０００", "+8613800138000"),
    ("sw", "0712 345 678", "+254712345678"),
    ("sw", "+254 712 345 678", "+254712345678"),
    ("sw", "0754 123 456 Dar es Salaam TZS", "+255754123456"),
    ("am", "0911 234 567", "+251911234567"),
    ("am", "0911234567", "+251911234567"),
    ("am", "+251 911 234 567", "+251911234567"),
    ("am", "09-11-23-45-67", "+251911234567"),
    ("ja", "090-1234-5678", "+819012345678"),
    ("ko", "010-1234-5678", "+821012345678"),
    ("ko", "+82 10-1234-5678", "+821012345678"),
    ("en", "Manila office: 0917-555-0142", "+639175550142"),
    ("en", "Nairobi 0712 345678", "+254712345678"),
    ("en", "Lagos, call 0803 123 4567", "+2348031234567"),
    ("en", "Dubai 050 123 4567", "+971501234567"),
    ("en", "Singapore: 9123 4567 (WhatsApp)", "+6591234567"),
    ("en", "Kuala Lumpur 012-345 6789", "+60123456789"),
    ("en", "Accra 024 123 4567", "+233241234567"),
    ("en", "Dhaka 01712-345678", "+8801712345678"),
    ("en", "Kathmandu 9841234567", "+9779841234567"),
    ("en", "Cape Town 082 123 4567", "+27821234567"),
    ("en", "Toronto 416-555-0123", "+14165550123"),
    ("en", "Sydney 0412 345 678", "+61412345678"),
    ("en", "Yangon 09 777 123 456", "+959777123456"),
    ("en", "Bangkok 081-234-5678", "+66812345678"),
    ("en", "Phnom Penh 012 345 678", "+85512345678"),
    ("en", "Colombo 077 123 4567", "+94771234567"),
    ("en", "Karachi 0300 1234567", "+923001234567"),
    ("en", "Mumbai 98201 23456", "+919820123456"),
    ("en", "Kampala 0772 123456", "+256772123456"),
    ("en", "Addis Ababa 0911 234567", "+251911234567"),
    ("uz", "90 123 45 67 tel", "+998901234567"),
    ("uz", "+998 90 123 45 67", "+998901234567"),
    ("ka", "555 12 34 56", "+995555123456"),
    ("mn", "утас 9911 2233", "+97699112233"),
    ("ml", "98470 12345", "+919847012345"),
    ("te", "98480 12345", "+919848012345"),
    ("pa", "98140-12345", "+919814012345"),
    ("ha", "0803 123 4567", "+2348031234567"),
    ("yo", "08031234567", "+2348031234567"),
    ("so", "0612345678 tel", "+252612345678"),
]

# language, text, amount, currency, period
SUMS = [
    ("en", "five thousand dollars a month", 5000, "USD", "month"),
    ("en", "salary of two hundred thousand naira", 200_000, "NGN", None),
    ("en", "earn twenty five thousand pesos monthly", 25_000, "PHP", "month"),
    ("en", "a thousand dollars per week", 1000, "USD", "week"),
    ("en", "five hundred dollars fee", 500, "USD", None),
    ("en", "two lakh rupees", 200_000, "INR", None),
    ("id", "dua juta rupiah per bulan", 2_000_000, "IDR", "month"),
    ("id", "gaji lima juta sebulan", 5_000_000, "IDR", "month"),
    ("id", "seribu dolar", 1000, "USD", None),
    ("id", "gaji 5jt/bln", 5_000_000, "IDR", "month"),
    ("id", "gaji 5 juta", 5_000_000, "IDR", None),
    ("id", "Rp 7.5jt per bulan", 7_500_000, "IDR", "month"),
    ("id", "gaji 800rb per hari", 800_000, "IDR", "day"),
    ("ms", "gaji RM2,500 sebulan", 2500, "MYR", "month"),
    ("ms", "dua ribu ringgit", 2000, "MYR", None),
    ("es", "cinco mil dólares al mes", 5000, "USD", "month"),
    ("es", "mil pesos por día", 1000, "MXN", "day"),
    ("es", "sueldo de dos mil quinientos euros", 2500, "EUR", None),
    ("es", "15 mil pesos mensuales", 15_000, "MXN", "month"),
    ("pt", "três mil reais por mês", 3000, "BRL", "month"),
    ("pt", "R$ 5 mil por mês", 5000, "BRL", "month"),
    ("fr", "deux mille euros par mois", 2000, "EUR", "month"),
    ("fr", "salaire 150 000 FCFA par mois", 150_000, "XAF", "month"),
    ("ru", "пять тысяч долларов в месяц", 5000, "USD", "month"),
    ("ru", "сто тысяч рублей", 100_000, "RUB", None),
    ("ru", "зарплата 50 тыс. руб в месяц", 50_000, "RUB", "month"),
    ("ru", "двести тысяч рублей в неделю", 200_000, "RUB", "week"),
    ("ru", "оплата 3к в день", 3000, None, "day"),
    ("uk", "двадцять тисяч гривень на місяць", 20_000, "UAH", "month"),
    ("th", "ห้าหมื่นบาทต่อเดือน", 50_000, "THB", "month"),
    ("th", "เงินเดือน 3 หมื่นบาท", 30_000, "THB", "month"),
    ("th", "รายได้ 5 แสนบาท", 500_000, "THB", None),
    ("th", "สามพันบาท", 3000, "THB", None),
    ("lo", "ຫ້າລ້ານກີບ", 5_000_000, "LAK", None),
    ("lo", "ເງິນເດືອນ 5 ລ້ານກີບ", 5_000_000, "LAK", "month"),
    ("my", "ငါးသိန်း လစာ", 500_000, "MMK", "month"),
    ("my", "လစာ ၁၅ သိန်း", 1_500_000, "MMK", "month"),
    ("my", "လစာ သိန်း ၃၀", 3_000_000, "MMK", "month"),
    ("km", "ប្រាំរយដុល្លារ", 500, "USD", None),
    ("km", "ប្រាក់ខែ ៨០០ ដុល្លារ", 800, "USD", "month"),
    ("vi", "năm triệu đồng một tháng", 5_000_000, "VND", "month"),
    ("vi", "lương 20 triệu/tháng", 20_000_000, "VND", "month"),
    ("vi", "lương 20tr/tháng", 20_000_000, "VND", "month"),
    ("vi", "500k một ngày", 500_000, "VND", "day"),
    ("vi", "10 củ/tháng", 10_000_000, "VND", "month"),
    ("vi", "hai mươi triệu đồng", 20_000_000, "VND", None),
    ("zh", "月薪两万元", 20_000, "CNY", "month"),
    ("zh", "月薪2万", 20_000, None, "month"),
    ("zh", "八千元", 8000, "CNY", None),
    ("zh", "日结500块", 500, "CNY", "day"),
    ("zh", "月薪1.5万-2万人民币", 15_000, "CNY", "month"),
    ("hi", "पाँच हज़ार रुपये", 5000, "INR", None),
    ("hi", "वेतन २५ हज़ार रुपये महीना", 25_000, "INR", "month"),
    ("hi", "दो लाख रुपये", 200_000, "INR", None),
    ("hi", "वेतन ₹25,000/-", 25_000, "INR", None),
    ("bn", "পাঁচ হাজার টাকা", 5000, "BDT", None),
    ("bn", "বেতন ৩০ হাজার টাকা মাসে", 30_000, "BDT", "month"),
    ("bn", "দুই লাখ টাকা", 200_000, "BDT", None),
    ("ne", "तलब ५० हजार रुपैयाँ", 50_000, "NPR", None),
    ("ne", "पाँच लाख रुपैयाँ", 500_000, "NPR", None),
    ("ur", "پانچ ہزار روپے", 5000, "PKR", None),
    ("ur", "تنخواہ 80 ہزار روپے ماہانہ", 80_000, "PKR", "month"),
    ("ta", "ஐந்து லட்சம் ரூபாய்", 500_000, "INR", None),
    ("ta", "சம்பளம் 25 ஆயிரம் ரூபாய்", 25_000, "INR", None),
    ("si", "පන්දහසක් රුපියල්", 5000, "LKR", None),
    ("si", "වැටුප රු. 150,000", 150_000, "LKR", None),
    ("ar", "خمسة آلاف ريال شهريا", 5000, "SAR", "month"),
    ("ar", "ألفين درهم", 2000, "AED", None),
    ("ar", "راتب 3000 درهم", 3000, "AED", None),
    ("ar", "ألف دولار", 1000, "USD", None),
    ("fa", "پنج میلیون تومان", 50_000_000, "IRR", None),
    ("fa", "حقوق ۱۵ میلیون تومان ماهانه", 150_000_000, "IRR", "month"),
    ("tr", "beş bin lira", 5000, "TRY", None),
    ("tr", "maaş 30 bin TL", 30_000, "TRY", None),
    ("tr", "otuz bin TL aylık", 30_000, "TRY", "month"),
    ("sw", "shilingi elfu tano kwa siku", 5000, "KES", "day"),
    ("sw", "laki mbili kwa mwezi", 200_000, None, "month"),
    ("sw", "mshahara elfu 30 kwa mwezi", 30_000, None, "month"),
    ("am", "አምስት ሺህ ብር", 5000, "ETB", None),
    ("am", "ደመወዝ 20 ሺህ ብር", 20_000, "ETB", None),
    ("tl", "limang libong piso", 5000, "PHP", None),
    ("tl", "sahod 30 libo", 30_000, None, None),
    ("tl", "dalawampung libong piso kada buwan", 20_000, "PHP", "month"),
    ("ja", "五万円", 50_000, "JPY", None),
    ("ja", "月給30万円", 300_000, "JPY", "month"),
    ("ko", "오백만원", 5_000_000, "KRW", None),
    ("ko", "월급 300만원", 3_000_000, "KRW", "month"),
    ("de", "fünftausend Euro im Monat", 5000, "EUR", "month"),
    ("de", "zwei tausend Euro", 2000, "EUR", None),
    ("pl", "pięć tysięcy złotych miesięcznie", 5000, "PLN", "month"),
    ("pl", "wynagrodzenie miesięczne 3800 zł brutto", 3800, "PLN", "month"),
    ("pl", "stawka 22 zł za godzinę", 22, "PLN", "hour"),
    ("it", "stipendio 1.500 euro al mese", 1500, "EUR", "month"),
    ("it", "duemila euro al mese", 2000, "EUR", "month"),
    ("ro", "salariu 3000 lei pe lună", 3000, "RON", "month"),
    ("ro", "două mii de euro", 2000, "EUR", None),
    ("uz", "oylik 5 million so'm", 5_000_000, "UZS", "month"),
    ("ka", "ხელფასი 2000 ლარი", 2000, "GEL", None),
    ("mn", "цалин 2 сая төгрөг", 2_000_000, "MNT", None),
    ("ml", "ശമ്പളം 25000 രൂപ", 25_000, "INR", None),
    ("te", "జీతం 25000 రూపాయలు", 25_000, "INR", None),
    ("pa", "ਤਨਖਾਹ 25000 ਰੁਪਏ", 25_000, "INR", None),
    ("ha", "albashi naira 50000", 50_000, "NGN", None),
    ("ha", "naira dubu hamsin", 50_000, "NGN", None),
    ("so", "mushahar $500 bishii", 500, "USD", "month"),
    ("en", "$80-$130,000 a year", 80_000, "USD", "year"),
    ("en", "fee one thousand euro", 1000, "EUR", None),
    ("bn", "৫০০,৭০০,১০০০ টাকা ইনকাম", 1000, "BDT", None),
    ("ru", "зп 900 p в час", 900, "RUB", "hour"),
    ("ru", "зп от 900 р/час", 900, "RUB", "hour"),
    ("en", "three men and five dollars", 5, "USD", None),
    ("en", "RM 3,500 per month", 3500, "MYR", "month"),
    ("en", "KSh 30,000", 30_000, "KES", None),
    ("en", "CHF 4500", 4500, "CHF", None),
    ("en", "3,000 CAD", 3000, "CAD", None),
    ("en", "AED 2,500 + tips", 2500, "AED", None),
    ("en", "Rs. 25,000/- per month", 25_000, "INR", "month"),
    ("en", "OMR 150.500", 150.5, "OMR", None),
    ("en", "NPR 60,000", 60_000, "NPR", None),
    ("en", "KRW 2.5 million", 2_500_000, "KRW", None),
    ("en", "S$ 1,200", 1200, "SGD", None),
    ("en", "HK$5,000", 5000, "HKD", None),
    ("en", "₦150,000", 150_000, "NGN", None),
    ("en", "₱25k", 25_000, "PHP", None),
    ("en", "£12.50/hr", 12.5, "GBP", "hour"),
    ("en", "MMK 500000", 500_000, "MMK", None),
    ("en", "LKR 75,000", 75_000, "LKR", None),
    ("en", "PKR 1 lakh", 100_000, "PKR", None),
    ("en", "3 crore INR", 30_000_000, "INR", None),
]

NO_SUMS = [
    ("en", "Ability to lift 50 pounds"),
    ("en", "experience with PHP 7 and PHP 8"),
    ("en", "Oracle EBS R12"),
    ("en", "mails out over 1.5 million letters each week, earn well"),
    ("en", "code M248K81"),
    ("en", "one of the dollars"),
    ("th", "สามารถรับเงินบาท"),
]

# text, (kind, normalized) or None
LINKS = [
    ("listen to aud.io today", None),  # split words
    ("chakula.la bure", None),
    ("emplo.ye.es wanted", None),
    ("photogra.ph needed", None),
    ("Call Mr.John or Mrs.Smith", None),  # abbreviations
    ("e.g. nurses, i.e. all, p.m. and a.m.", None),
    ("Pvt.Ltd and pvt.ltd and Co.Ltd", None),
    ("B.Tech/B.E. or M.Com graduates", None),
    ("и.т.д. т.е. т.к.", None),
    ("Nomor 029/HRD/PT.ET/XI/2024", None),
    ("salary.in cash, paid daily.to you", None),
    ("work from home.online job", None),
    ("apply at jobs.io", ("url", "jobs.io")),  # announced
    ("jobs-4u.online", ("url", "jobs-4u.online")),
    ("see example.co.id for more", ("url", "example.co.id")),
    ("bit.ly/AbC12", ("url", "bit.ly/AbC12")),
    ("s.id/loker-abc", ("url", "s.id/loker-abc")),
    ("cutt.ly/x1Y", ("url", "cutt.ly/x1Y")),
    ("tinyurl.com/xyz", ("url", "tinyurl.com/xyz")),
    ("vm.tiktok.com/ZMabc/", ("tiktok", "ZMabc")),
    ("line.me/R/ti/p/@anna", ("line", "anna")),
    ("line.me/ti/g/AbCd", ("line", "abcd")),
    ("https://signal.me/#p/+12025550142", ("signal", "+12025550142")),
    ("zalo.me/g/abcd12", ("zalo", "abcd12")),
    ("discord.gg/AbC", ("discord", "AbC")),
    (
        "https://m.facebook.com/story.php?story_fbid=1&id=100012345",
        ("url", "m.facebook.com/story.php?story_fbid=1&id=100012345"),
    ),
    ("instagram.com/p/C55FDn0/", ("url", "instagram.com/p/C55FDn0")),
    ("[wa.me/15551234567](https://wa.me/15551234567)", ("whatsapp", "+15551234567")),
    ("skype:http://example.org", ("url", "example.org")),
]

NO_PHONES = [
    ("en", "US, WA, 50032-17272"),  # a range of pay, whichever end comes first
    ("zh", "您的订单 1034859893 已送达"),  # an order
    ("en", "ref 7843955505"),
    ("zh", "QQ 12345678"),  # an account, not a telephone
]

FACTS = [
    ("en", "fly to Bangkok via Kuala Lumpur", "transit", "MY", "Kuala Lumpur"),
    ("th", "ไปกัมพูชา ผ่านเวียดนาม", "transit", "VN", "เวียดนาม"),
    ("ru", "Работа в Камбодже, через Таиланд", "transit", "TH", "Таиланд"),
    ("zh", "经泰国去缅甸", "transit", "TH", "泰国"),
    ("en", "send a photo of your passport and a selfie", "documents", "photo, passport, selfie", None),
    ("zh", "请提供身份证和银行卡", "documents", "id, bank_card", "身份证和银行卡"),
    ("id", "kirim foto KTP", "documents", "photo, id", "foto KTP"),
    ("km", "ផ្ញើរូបថត និងលិខិតឆ្លងដែន 😀", "documents", "photo, passport", "រូបថត និងលិខិតឆ្លងដែន"),
    ("es", "envía tu pasaporte", "documents", "passport", "pasaporte"),
    ("en", "Good looking and slim girls only", "looks", "appearance, figure", "Good looking and slim"),
    ("ru", "девушки модельной внешности", "looks", "appearance", "модельной внешности"),
    ("vi", "nữ xinh, chiều cao 1m60", "looks", "appearance, height", "xinh, chiều cao"),
    ("en", "free accommodation and meals", "accommodation", "provided", "free accommodation"),
    ("zh", "包吃住，月薪高", "accommodation", "provided", "包吃住"),
    ("ar", "راتب وسكن مجاني", "accommodation", "provided", "سكن مجاني"),
    ("ru", "есть общежитие", "accommodation", "named", "общежитие"),
]

NO_FACTS = [
    ("en", "your passport stays with you", "documents"),  # not asked for
    ("en", "an attractive salary and beautiful offices", "looks"),
    ("en", "reasonable accommodation for disabilities", "accommodation"),
    ("en", "in the cloud for over 15 years through its network", "age_min"),
    ("en", "10+ years marketing", "age_min"),
    ("en", "a startup with 15+ people", "age_min"),
    ("en", "DUTIES INCLUDE BUT ARE NOT LIMITED TO", "employer"),
    ("id", "KIRIM CV KAMU KE SINI", "employer"),
    ("ru", "Корень сомнений", "destination"),
    ("id", "lancar BAHASA INDONESIA", "destination"),
    ("id", "tulis ke @mina515", "sector"),
]


@pytest.mark.parametrize(("language", "text", "normalized"), PHONES)
def test_a_number_of_every_country(language: str, text: str, normalized: str) -> None:
    """A number as people of the country write it is one contact, in E.164, and its span is its digits."""
    [contact] = extract(normalize(text), language).contacts
    assert normalized == contact.normalized
    assert text[contact.start : contact.end] == contact.value


@pytest.mark.parametrize(("language", "text"), NO_PHONES)
def test_digits_that_are_no_telephone(language: str, text: str) -> None:
    """Pay, orders and accounts are no telephone numbers."""
    assert [contact for contact in extract(normalize(text), language).contacts if contact.kind == "phone"] == []


@pytest.mark.parametrize(("language", "text", "amount", "currency", "period"), SUMS)
def test_a_sum_in_local_words(
    language: str, text: str, amount: float, currency: str | None, period: str | None
) -> None:
    """Words for thousands, lakhs, 万 and whole numbers in words give one sum."""
    [money] = extract(normalize(text), language).money
    assert (amount, currency, period) == (money.amount, money.currency, money.period)


@pytest.mark.parametrize(("language", "text"), NO_SUMS)
def test_what_looks_like_a_sum(language: str, text: str) -> None:
    """Weights, versions, counts and codes are no money."""
    assert extract(normalize(text), language).money == ()


@pytest.mark.parametrize(("text", "expected"), LINKS)
def test_links_of_real_texts(text: str, expected: tuple[str, str] | None) -> None:
    """A dotted word is a link only where it is meant as one, and a link has the account it leads to."""
    found = [(contact.kind, contact.normalized) for contact in extract(normalize(text), "en").contacts]
    assert ([] if expected is None else [expected]) == found[:1]
    assert len(set(found)) <= 1


@pytest.mark.parametrize(("language", "text", "name", "value", "written"), FACTS)
def test_facts_of_an_offer(language: str, text: str, name: str, value: str, written: str | None) -> None:
    """Transit, papers, looks and a place to sleep are facts with their place in the original."""
    fact = extract(normalize(text), language).facts[name]
    assert value == fact.value
    assert written is None or written == text[fact.start : fact.end]


@pytest.mark.parametrize(("language", "text", "name"), NO_FACTS)
def test_what_only_resembles_a_fact(language: str, text: str, name: str) -> None:
    """A word alone does not state the fact."""
    assert name not in extract(normalize(text), language).facts


def test_a_shortened_link_is_known_as_one() -> None:
    """The host of the short form tells, whatever follows it."""
    assert [is_shortened(link) for link in ("bit.ly/AbC12", "s.id/x", "example.com/bit.ly")] == [True, True, False]


def test_several_number_words_are_one_number() -> None:
    """Number words add up and multiply across scales."""
    texts = {"two hundred and fifty thousand dollars": 250_000, "two lakh fifty thousand rupees": 250_000}
    assert {text: extract(normalize(text), "en").money[0].amount for text in texts} == texts
