"""The characters that a reader sees, and those that the fonts of the documents hold.

`infra/fonts.py` writes the table.
"""

import unicodedata
from bisect import bisect_right
from functools import cache

JOINERS = "\u200c\u200d"
"""Format characters that Persian, Hindi and emoji need between letters."""
RANGES = """
20-7e a0-ac ae-377 37a-37f 384-38a 38c 38e-3a1 3a3-3e1 3f0-52f 531-556 559-58a 58d-58f 591-5c7 5d0-5ea
5f0-5f4 600-604 606-61b 61e-70d 70f-74a 74d-7b1 7c0-7fa 7fd-7ff 8a0 8a2-8ac 8e4-8fe 900-983 985-98c 98f-990
993-9a8 9aa-9b0 9b2 9b6-9b9 9bc-9c4 9c7-9c8 9cb-9ce 9d7 9dc-9dd 9df-9e3 9e6-9fe a01-a03 a05-a0a a0f-a10
a13-a28 a2a-a30 a32-a33 a35-a36 a38-a39 a3c a3e-a42 a47-a48 a4b-a4d a51 a59-a5c a5e a66-a76 a81-a83 a85-a8d
a8f-a91 a93-aa8 aaa-ab0 ab2-ab3 ab5-ab9 abc-ac5 ac7-ac9 acb-acd ad0 ae0-ae3 ae6-af1 af9-aff b01-b03 b05-b0c
b0f-b10 b13-b28 b2a-b30 b32-b33 b35-b39 b3c-b44 b47-b48 b4b-b4d b56-b57 b5c-b5d b5f-b63 b66-b77 b82-b83
b85-b8a b8e-b90 b92-b95 b99-b9a b9c b9e-b9f ba3-ba4 ba8-baa bae-bb9 bbe-bc2 bc6-bc8 bca-bcd bd0 bd7 be6-bfa
c00-c0c c0e-c10 c12-c28 c2a-c39 c3d-c44 c46-c48 c4a-c4d c55-c56 c58-c5a c60-c63 c66-c6f c77-c8c c8e-c90
c92-ca8 caa-cb3 cb5-cb9 cbc-cc4 cc6-cc8 cca-ccd cd5-cd6 cde ce0-ce3 ce6-cef cf1-cf2 d00-d0c d0e-d10 d12-d44
d46-d48 d4a-d4f d54-d63 d66-d7f d81-d83 d85-d96 d9a-db1 db3-dbb dbd dc0-dc6 dca dcf-dd4 dd6 dd8-ddf de6-def
df2-df4 e01-e3a e3f-e5b e81-e82 e84 e87-e88 e8a e8d e94-e97 e99-e9f ea1-ea3 ea5 ea7 eaa-eab ead-eb9 ebb-ebd
ec0-ec4 ec6 ec8-ecd ed0-ed9 edc-edf f00-f47 f49-f6c f71-f97 f99-fbc fbe-fcc fce-fda 1000-10c5 10c7 10cd
10d0-10ff 1200-1248 124a-124d 1250-1256 1258 125a-125d 1260-1288 128a-128d 1290-12b0 12b2-12b5 12b8-12be
12c0 12c2-12c5 12c8-12d6 12d8-1310 1312-1315 1318-135a 135d-137c 1380-1399 13a0-13f5 13f8-13fd 1400-167f
1780-17dd 17e0-17e9 17f0-17f9 1800-180e 1810-1819 1820-1878 1880-18aa 18b0-18f5 19e0-19ff 1ab0-1ac0
1c50-1c88 1c90-1cba 1cbd-1cbf 1cd0-1cf9 1d00-1df9 1dfb-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d 1f50-1f57 1f59
1f5b 1f5d 1f5f-1f7d 1f80-1fb4 1fb6-1fc4 1fc6-1fd3 1fd6-1fdb 1fdd-1fef 1ff2-1ff4 1ff6-1ffe 2000-2064
2066-2071 2074-208e 2090-209c 20a0-20bf 20f0 2100-2184 2189 2190-219b 21a6 21a8 21ae 21bc-21bd 21c0-21c1
21cb-21d9 2200-220d 220f-222e 2236 223c 2241 2245 2248-2249 2259 2260-2262 2264-2265 226a-226b 226e-2271
2282-2285 2295-2298 22a2-22a6 22b6-22b7 22c5 22ee-22ef 2300 2302-2303 2310 2320-2321 2326-2327 2329-232b
237d 2380 239b-23ae 23d3 2423 2460-2487 24b6-24ff 25a0-25a1 25b2-25b3 25b6-25b7 25bc-25bd 25c0-25c1
25c6-25c7 25c9-25cc 25ce-25d7 25e6 2605 2609 2619 261b 261e 2627 262c 262f 2638-2653 2660 2663 2665-2666
2669-2671 2695 2698 26a2-26a7 26ac-26af 2714 2718 271d 2767 2776-277f 27c2 27e6-27e9 2c60-2c7f 2d00-2d25
2d27 2d2d 2d30-2d67 2d6f-2d70 2d7f-2d96 2da0-2da6 2da8-2dae 2db0-2db6 2db8-2dbe 2dc0-2dc6 2dc8-2dce
2dd0-2dd6 2dd8-2dde 2de0-2e52 3000-303f 3041-3096 3099-30ff 3105-312f 3131-318e 3190-31bb 31c0-31e3
31f0-31ff 3400-4db5 4e00-9fef a000-a48c a490-a4c6 a500-a62b a640-a69f a700-a7bf a7c2-a7ca a7f5-a7ff
a830-a839 a8e0-a8ff a92e a980-a9cd a9cf-a9d9 a9de-a9fe aa60-aa7f ab01-ab06 ab09-ab0e ab11-ab16 ab20-ab26
ab28-ab2e ab30-ab6b ab70-abbf ac00-d7a3 f900-fa6d fb00-fb06 fb13-fb17 fb1d-fb36 fb38-fb3c fb3e fb40-fb41
fb43-fb44 fb46-fbc1 fbd3-fd3f fd50-fd8f fd92-fdc7 fdf0-fdfd fe00 fe20-fe2f fe3d-fe3e fe41-fe44 fe70-fe74
fe76-fefc ff01-ffbe ffc2-ffc7 ffca-ffcf ffd2-ffd7 ffda-ffdc ffe0-ffe6 ffe8-ffee 111e1-111f4 11301 11303
1133b-1133c 11660-1166c 1d106-1d107 1e900-1e94b 1e950-1e959 1e95e-1e95f 1f12f
"""
"""First and last code point of each range of printed characters, in hexadecimal and in order."""


def without_unseen(text: str) -> str:
    """Return a text without the format characters that hide or turn what stands beside them.

    A text of joiners and spaces alone is empty.
    """
    shown = "".join(each for each in text if each in JOINERS or unicodedata.category(each) != "Cf")
    return shown if shown.strip(f"{JOINERS} \t\n") else ""


def hidden_in(text: str) -> str:
    """Return the first control or format character other than a new line or a joiner, "" if there is none."""
    allowed = f"{JOINERS}\n"
    return next(
        (each for each in text if each not in allowed and unicodedata.category(each) in {"Cc", "Cf"}), ""
    )


def unprintable(text: str) -> list[str]:
    """Return the letters of `text` that no font of the documents holds, once each, in order."""
    return [letter for letter in dict.fromkeys(text) if not is_printable(letter)]


def is_printable(letter: str) -> bool:
    firsts, lasts = _spans()
    rank = bisect_right(firsts, ord(letter)) - 1
    return rank >= 0 and ord(letter) <= lasts[rank]


@cache
def _spans() -> tuple[list[int], list[int]]:
    """Return the first code point of each range, and the last."""
    spans = [(each.split("-")[0], each.split("-")[-1]) for each in RANGES.split()]
    return [int(first, 16) for first, _ in spans], [int(last, 16) for _, last in spans]
