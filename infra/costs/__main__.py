"""`python -m infra.costs [FILE]`: write docs/costs.md, or FILE, from what was counted and the prices."""

from __future__ import annotations

import sys
from pathlib import Path

from infra.costs.sheet import sheet
from infra.costs.usage import counted, told
from infra.local.ministack import ROOT

PAGE = ROOT / "docs" / "costs.md"


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    target.write_text(sheet(counted(), told()), encoding="utf-8")
    sys.stdout.write(f"Written: {target}\n")


if __name__ == "__main__":
    main()
