"""`python -m qa.training`: prepare rows, train the network in three courses, fit the confidence; resumable.

`pack` and `land` stand before and behind `python -m qa.training.teach`, which trains on a machine with a GPU.
"""

import argparse
import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from index.errors import VerbatimError
from index.models import model_folder
from qa.marking import WEIGHTS
from qa.training import recipe, travel

log = logging.getLogger("verbatim")


def _arguments() -> argparse.ArgumentParser:
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument("--eval", type=Path, required=True, help="folder of sets in BEIR's layout")
    data.add_argument("--train", type=Path, required=True, help="folder of gzip'd rows of question and context")
    data.add_argument("--work", type=Path, default=_WORK, help="keeps rows and half-done training")
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__)
    verbs = parser.add_subparsers(dest="what", required=True)
    for name in (*_STEPS, "all"):
        verbs.add_parser(name, parents=[data])
    pack = verbs.add_parser("pack", parents=[data], help="make loads that a machine with a GPU trains from")
    pack.add_argument("--into", type=Path, default=_WORK / "travel", help="folder that gets the loads")
    pack.add_argument("--questions", type=int, help="for a trial: so many, and a quarter as many measured")
    land = verbs.add_parser("land", help="write what came back as weights")
    land.add_argument("folder", type=Path, help="holds what came back")
    land.add_argument("--into", type=Path, default=WEIGHTS, help="file of weights; the package's own by default")
    return parser


_WORK = Path(".qa/training")
_STEPS: Mapping[str, Callable[[recipe.Places], None]] = MappingProxyType(
    {
        "rows": recipe.prepare,
        "read": recipe.read,
        "tell": recipe.tell,
        "again": recipe.again,
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
    try:
        if given.what == "land":
            travel.land(given.folder, given.into, model_folder())
            return 0
        places = recipe.Places(given.eval, given.train, given.work)
        if given.what == "pack":
            travel.pack(places, given.into, given.questions)
        for name, step in _STEPS.items():
            if given.what in (name, "all"):
                step(places)
    except VerbatimError as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
