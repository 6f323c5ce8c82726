"""The measured tables in docs/: what stands above each, and where it stands."""

import os
import platform
import re
import subprocess
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"


def commit():
    """The commit that is measured; a long run asks at its start, because the next one may come meanwhile."""
    said = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
    return said.strip() or "unknown"


def made(target, measured):
    """The line above a table: day, commit, machine, and the target of the Makefile that makes it."""
    return (
        f"{date.today()}, commit {measured}, {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}; made by `make {target}`.\n\n"
    )


def keep(name, table, into=PAGE):
    """Put a table into a page, in place of the one of that name."""
    page = into.read_text(encoding="utf-8")
    found = re.subn(f"(<!-- {name} -->\n).*?(?=<!-- end of {name} -->)", lambda at: at[1] + table, page, flags=re.S)
    assert found[1] == 1, f"{into} has no place for {name}"
    into.write_text(found[0], encoding="utf-8")
