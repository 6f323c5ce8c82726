"""`python -m qa.training`: prepare examples, train the network in two courses, fit the confidence; resumable."""

import argparse
import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from index.errors import VerbatimError
from qa.training import recipe

log = logging.getLogger("verbatim")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__)
    parser.add_argument("what", choices=[*_STEPS, "all"])
    parser.add_argument("--eval", type=Path, required=True, help="folder of sets in BEIR's layout")
    parser.add_argument("--train", type=Path, required=True, help="folder of gzip'd pairs of question and context")
    parser.add_argument("--work", type=Path, default=Path(".qa/training"), help="keeps examples and half-done training")
    return parser


_STEPS: Mapping[str, Callable[[recipe.Places], None]] = MappingProxyType(
    {
        "examples": recipe.prepare,
        "reader": recipe.train,
        "near-misses": recipe.tell_apart,
        "confidence": recipe.calibrate,
    }
)


def main() -> int:
    """Run the steps that the command line names.

    Returns:
        0; or 1 where the data cannot be used, as the message says.
    """
    given = _arguments().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    places = recipe.Places(given.eval, given.train, given.work)
    try:
        for name, step in _STEPS.items():
            if given.what in (name, "all"):
                step(places)
    except VerbatimError as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
