"""Names and addresses of every script on an invoice: as written where a font holds them, never a box."""

import unicodedata
from collections.abc import Callable

import pypdfium2  # type: ignore[import-untyped] # ships no types
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.campaign import PostalAddress
from chalicelib.domain.invoices import Client, Invoice
from chalicelib.domain.printable import RANGES, is_printable, unprintable
from chalicelib.invoicing import render
from chalicelib.invoicing.legible import legible
from chalicelib.invoicing.render import FONTS, STANDARDS, TEMPLATES, render_invoice
from infra.fonts import SCRIPTS, printed

MakeInvoice = Callable[..., Invoice]
SAMPLES = {
    "Arabic": ("محمد", "العلوي", "12 شارع الحرية", "الجزائر", "DZ"),
    "Persian": ("زهرا", "پورمحمدی", "خیابان گلستان ۲۵", "تهران", "IR"),
    "Urdu": ("عائشہ", "چوہدری", "مکان نمبر 5، گلی 3", "لاہور", "PK"),
    "Hebrew": ("שִׁירָה", "כהן", "רחוב הרצל 10", "תל אביב", "IL"),
    "Armenian": ("Արամ", "Սարգսյան", "Աբովյան փողոց 5", "Երևան", "AM"),
    "Georgian": ("ნინო", "ბერიძე", "რუსთაველის გამზირი 12", "თბილისი", "GE"),
    "Greek": ("Ελένη", "Παπαδοπούλου", "Οδός Ερμού 7", "Αθήνα", "GR"),
    "Russian": ("Ольга", "Щербакова", "ул. Ленина, д. 5", "Екатеринбург", "RU"),
    "Kazakh": ("Әсем", "Құрманғалиева", "Абай даңғылы, 10", "Алматы", "KZ"),
    "Hindi": ("प्रियंका", "श्रीवास्तव", "१२ महात्मा गांधी मार्ग", "नई दिल्ली", "IN"),
    "Bengali": ("শ্রেয়া", "চট্টোপাধ্যায়", "৫ পার্ক স্ট্রিট", "কলকাতা", "IN"),
    "Punjabi": ("ਗੁਰਪ੍ਰੀਤ", "ਸਿੰਘ", "ਮਾਡਲ ਟਾਊਨ 4", "ਲੁਧਿਆਣਾ", "IN"),
    "Gujarati": ("કૃષ્ણા", "પટેલ", "ગાંધી રોડ 8", "અમદાવાદ", "IN"),
    "Odia": ("ଅନନ୍ୟା", "ମହାପାତ୍ର", "ଜନପଥ 3", "ଭୁବନେଶ୍ୱର", "IN"),
    "Tamil": ("கார்த்திக்", "சுப்பிரமணியன்", "5 அண்ணா சாலை", "சென்னை", "IN"),
    "Telugu": ("శ్రీనివాస్", "రెడ్డి", "బంజారా హిల్స్ 2", "హైదరాబాద్", "IN"),
    "Kannada": ("ಲಕ್ಷ್ಮಿ", "ಗೌಡ", "ಎಂ.ಜಿ. ರಸ್ತೆ 9", "ಬೆಂಗಳೂರು", "IN"),
    "Malayalam": ("ശ്രീലക്ഷ്മി", "നായർ", "എം.ജി. റോഡ് 1", "കൊച്ചി", "IN"),
    "Sinhala": ("ශ්‍රී", "ජයවර්ධන", "ගාලු පාර 20", "කොළඹ", "LK"),
    "Thai": ("สมหญิง", "ใจดี", "99 ถนนสุขุมวิท", "กรุงเทพมหานคร", "TH"),
    "Lao": ("ສົມຈິດ", "ພົມມະຈັນ", "ຖະໜົນ ລ້ານຊ້າງ 4", "ວຽງຈັນ", "LA"),
    "Khmer": ("សុភ័ក្រ្ត", "ចាន់", "ផ្លូវ ១៣០", "ភ្នំពេញ", "KH"),
    "Burmese": ("အောင်", "မြင့်သန်း", "ဗိုလ်ချုပ်လမ်း ၁၅", "ရန်ကုန်", "MM"),
    "Tibetan": ("བསྟན་འཛིན", "རྒྱ་མཚོ", "བར་སྐོར་ ༥", "ལྷ་ས", "CN"),
    "Mongolian": ("ᠪᠠᠲᠤ", "ᠲᠡᠮᠦᠷ", "ᠭᠤᠳᠤᠮᠵᠢ 3", "ᠬᠥᠬᠡᠬᠣᠲᠠ", "CN"),
    "Amharic": ("ሰላማዊት", "ተስፋዬ", "ቦሌ መንገድ 7", "አዲስ አበባ", "ET"),
    "Tifinagh": ("ⵢⵓⴱⴰ", "ⴰⵎⴰⵣⵉⵖ", "ⴰⴱⵔⵉⴷ 3", "ⵔⵔⴱⴰⵟ", "MA"),
    "N'Ko": ("ߡߊ߬ߡߊ߬ߘߎ߫", "ߞߐ߲ߘߍ߫", "ߛߌߟߊ 5", "ߞߊ߲ߞߊ߲߫", "GN"),
    "Thaana": ("އާދަމް", "މުޙައްމަދު", "މަޖީދީ މަގު 2", "މާލެ", "MV"),
    "Syriac": ("ܐܦܪܝܡ", "ܣܘܪܝܝܐ", "ܫܘܩܐ 1", "ܩܡܫܠܝ", "SY"),
    "Adlam": ("𞤀𞤣𞤢𞤥", "𞤄𞤢𞤪𞤪𞤭", "𞤂𞤢𞤱𞤮𞤤 3", "𞤂𞤢𞤦𞤫", "GN"),
    "Vai": ("ꕙꔤ", "ꕉꕜ", "ꗡꖺ 2", "ꗡꖿꕮꔕ", "LR"),
    "Chinese": ("小明", "王喆", "清华园1号", "北京市", "CN"),
    "Taiwanese": ("淑芬", "陳", "中正路100號", "臺北市", "TW"),
    "Japanese": ("さくら", "髙橋", "千代田1-1", "東京都", "JP"),
    "Korean": ("서연", "김", "세종대로 110", "서울특별시", "KR"),
    "Vietnamese": ("Ngọc Ánh", "Nguyễn Thị", "5 phố Tràng Tiền", "Hà Nội", "VN"),
    "Yoruba": ("Adébọ́lá", "Ọláńrewájú", "3 Ọ̀yọ́ Road", "Ìbàdàn", "NG"),
    "Azerbaijani": ("Əziz", "Məmmədov", "Füzuli küçəsi 4", "Bakı", "AZ"),
}


def told_by_the_table() -> list[int]:
    spans = [(each.split("-")[0], each.split("-")[-1]) for each in RANGES.split()]
    return [code for first, last in spans for code in range(int(first, 16), int(last, 16) + 1)]


def read(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return unicodedata.normalize("NFC", " ".join(page.get_textpage().get_text_bounded() for page in document))


@pytest.mark.parametrize("script", SAMPLES)
def test_name_and_address_are_printed_as_they_are_written(
    make_invoice: MakeInvoice, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_name, last_name, line, city, country = SAMPLES[script]
    client = Client(first_name, last_name, PostalAddress((line,), "16000", city, country))
    # A missing glyph is an error of the first compilation, which the second one would hide.
    monkeypatch.delattr(render, "in_latin_letters")

    told = read(render_invoice(make_invoice(client=client)))

    written = unicodedata.normalize("NFC", first_name + last_name + line + city)
    letters = {letter for letter in written if unicodedata.category(letter)[0] == "L"}
    assert unprintable(written) == []
    assert len(letters - set(told)) <= len(letters) // 4  # ligatures are read back as others of their letters


def test_table_of_printed_characters_is_that_of_the_fonts() -> None:
    assert set(told_by_the_table()) == printed()


EAST_ASIAN = range(0x2E80, 0x323B0)
"""Nine of ten characters, all of one font: compiling all of them takes six seconds."""


@pytest.mark.parametrize("step", [32, pytest.param(1, marks=pytest.mark.prove)])
def test_every_printed_character_has_a_glyph(step: int) -> None:
    """One East Asian character in `step` is compiled; the test above compares the font with all of them."""
    codes = told_by_the_table()
    chosen = [each for each in codes if each not in EAST_ASIAN]
    chosen += [each for each in codes if each in EAST_ASIAN][::step]
    escaped = " ".join(f"\\u{{{code:x}}}" for code in chosen)
    source = f'#import "paper.typ": serif\n#set document(title: "all")\n#set text(font: serif)\n{escaped}'

    pdf = typst.compile(
        source.encode(), root=TEMPLATES, ignore_system_fonts=True, font_paths=[FONTS], pdf_standards=STANDARDS
    )

    assert pdf.startswith(b"%PDF")


def test_each_font_is_named_by_the_templates_and_has_its_licence() -> None:
    fonts = {path.stem for path in FONTS.glob("*.[ot]tf")}
    assert fonts == {"NotoSerif", "NotoSansCJK", *SCRIPTS}
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_fonts_are_small_enough_for_the_package() -> None:
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 15_000_000


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("𠮷野", "KichiYe"),
        ("Zoé 🎓", "Zoé"),
        ("Nguyễn𠮷", "NguyenKichi"),
    ],
)
def test_what_no_font_holds_is_transliterated(name: str, shown: str) -> None:
    assert legible(name).replace("  ", " ").strip() == shown


def test_mark_on_a_letter_of_another_script_never_stops_an_invoice(make_invoice: MakeInvoice) -> None:
    told = read(render_invoice(make_invoice(client=Client("क\u0301ध\u1dfa王\u0e34", "e\u0951x\u135f", None))))
    assert "\ufffd" not in told
    assert "Facture" in told


def test_glyph_that_is_missing_all_the_same_costs_the_script_and_not_the_invoice(
    make_invoice: MakeInvoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "legible", lambda facts: facts)
    told = read(render_invoice(make_invoice(client=Client("Zoé 𠮷野", "Ольга", None))))
    assert "Zoé KichiYe" in told
    assert "Ol'ga" in told


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.text(max_size=20))
def test_any_text_is_printed_without_a_box(first_name: str, last_name: str) -> None:
    facts = "".join(legible([first_name, last_name]))
    assert all(is_printable(letter) or unicodedata.category(letter) in {"Cf", "Zs"} for letter in facts)


def test_line_is_never_broken_beside_a_mark() -> None:
    word = "ஸ்ரீநிவாசராமானுஜன்திருவனந்தபுரம்"
    parts = legible(word).split("\u200b")
    assert len(parts) > 1
    assert not [part for part in parts if unicodedata.category(part[0])[0] == "M"]


def test_templates_name_each_font() -> None:
    named = (TEMPLATES / "paper.typ").read_text(encoding="utf-8")
    families = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    ).families()
    assert [family for family in families if f'"{family}"' not in named] == []
