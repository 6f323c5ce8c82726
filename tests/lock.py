"""`make lock`: every package that Verbatim and its tests need, each at one version and with its hashes.

requirements.lock fits every system and every Python that pyproject.toml admits. Versions stay as they are while
pyproject.toml admits them; `make lock UPGRADE=--upgrade` takes the newest. What PyTorch's builds with CUDA bring is
left out: pip takes it from where it takes PyTorch from.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
TESTS = "# Only the tests need what follows."
HEAD = "# Made by `make lock` from pyproject.toml; see docs/decisions.md.\n"
CUDA = ("nvidia-", "cuda-", "triton")


def compiled(before, *options):
    """Give name -> the lines of a package, as uv resolves them for every system at once.

    Args:
        before: Lines whose versions are kept where they may be.
        options: More for uv.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / LOCK.name
        out.write_text(before, encoding="utf-8")
        command = [
            sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--universal", "--fork-strategy", "fewest",
            "--generate-hashes", "--no-annotate", "--no-header", "--no-emit-index-url", "--quiet", "--output-file",
            str(out), *options,
        ]  # fmt: skip
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        text = out.read_text(encoding="utf-8")
    packages: dict[str, str] = {}
    for block in re.split(r"\n(?=[a-z0-9])", text.strip()):
        name = re.match(r"[\w.-]+", block).group()
        packages[name] = "\n".join(filter(None, (packages.get(name), block)))
    return {name: block for name, block in packages.items() if not name.startswith(CUDA)}


def served(package):
    """Give the hash of what pip here would install, which may be another build than PyPI's."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--dry-run",
        "--ignore-installed",
        "--no-deps",
        "--quiet",
        "--report",
    ]
    report = json.loads(subprocess.check_output([*command, "-", package], text=True))
    return report["install"][0]["download_info"]["archive_info"]["hashes"]["sha256"]


def main():
    """Write the file."""
    upgrade = os.environ.get("UPGRADE", "").split()
    everything = compiled(LOCK.read_text(encoding="utf-8") if LOCK.exists() else "", "--extra", "test", *upgrade)
    needed = compiled("\n".join(everything.values()))
    pin = re.match(r"torch==\S+", everything["torch"]).group()
    if (own := f"--hash=sha256:{served(pin)}") not in everything["torch"]:
        everything["torch"] += f" \\\n    {own}"
    parts = [[block for name, block in everything.items() if (name in needed) is wanted] for wanted in (True, False)]
    LOCK.write_text("\n".join([HEAD, *parts[0], "", TESTS, "", *parts[1], ""]), encoding="utf-8")
    print(f"{LOCK.name}: {len(parts[0])} packages, and {len(parts[1])} for the tests.")


if __name__ == "__main__":
    main()
