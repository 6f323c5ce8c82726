"""The house's rules that a program can check: who imports whom, what is loaded when, and what is never called."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from conftest import ROOT

FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in [*(ROOT / "index").rglob("*.py"), *(ROOT / "qa").rglob("*.py"), ROOT / "app.py"]
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
HEAVY = {
    "torch": {"index.embed", "qa.network", "qa.other", "qa.weights", "qa.training"},
    "sentence_transformers": {"index.embed", "qa.other"},
    "transformers": {"index.embed", "qa.network", "qa.other", "qa.training.pieces"},
    "faiss": {"index.vectors.faiss"},
    "bm25s": {"index.lexical"},
    "datasketch": {"index.stories"},
    "trafilatura": {"index.loaders.body", "index.loaders.html"},
    "readability": {"index.loaders.body"},
    "gradio": {"app", "qa.web"},
    "pypdf": {"index.loaders.pdf"},
    "docx": {"index.loaders.docx"},
    "odfdo": {"index.loaders.odt"},
    "striprtf": {"index.loaders.rtf"},
}
"""Library -> the rooms, or floors of them, that may import it."""
SERVES = ("qa.cli", "app")
"""The one import that points up: the verb `serve` opens the face beside it."""
UNSAFE = {"eval", "exec", "compile", "__import__"}


def imports(tree):
    """Give each module that a file imports, wherever the line stands, except for type checkers only."""
    typed = {
        id(node)
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and ast.unparse(test.test).endswith("TYPE_CHECKING")
        for node in ast.walk(test)
    }
    for node in ast.walk(tree):
        if id(node) in typed:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written whole"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in FILES else node.module


IMPORTS = {name: list(imports(tree)) for name, tree in TREES.items()}


def calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def named(call):
    return ast.unparse(call.func)


def test_the_files_are_found():
    assert {"app", "index", "index.build", "index.vectors", "index.vectors.faiss", "qa", "qa.cli"} <= set(FILES)
    assert "index.corpus" in IMPORTS["index.sketches"]
    assert "index.generations" in IMPORTS["index.build"]


@pytest.mark.parametrize("name", sorted(FILES))
def test_imports_point_down(name):
    above = {"index": ("qa", "app"), "qa": ("app",), "app": ()}[name.split(".")[0]]
    for module in IMPORTS[name]:
        assert module.split(".")[0] not in above or (name, module) == SERVES, f"{name} imports {module}"


def test_no_room_imports_a_room_above_itself():
    # The package's own file names what is in it; a room inside may use its protocol.
    graph = {
        name: {
            module
            for module in modules
            if module in FILES and not module.startswith(f"{name}.") and (name, module) != SERVES
        }
        for name, modules in IMPORTS.items()
    }
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError where rooms import in a circle
    assert order.index("index.article") < order.index("index.corpus") < order.index("index.build")
    assert order.index("qa.reply") < order.index("qa.search") < order.index("qa.assemble") < order.index("qa.cli")


@pytest.mark.parametrize("library", sorted(HEAVY))
def test_heavy_libraries_have_one_room(library):
    users = {name for name, modules in IMPORTS.items() if library in {module.split(".")[0] for module in modules}}
    assert users
    for name in users:
        assert any(name == room or name.startswith(f"{room}.") for room in HEAVY[library]), f"{name}: {library}"


def test_asking_for_help_loads_no_heavy_library():
    code = f"import sys, qa.cli; print([name for name in {sorted(HEAVY)} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


def test_nothing_that_must_be_given_away_under_its_own_licence_is_part_of_the_product():
    assert not any("ebooklib" in modules for modules in IMPORTS.values())


@pytest.mark.parametrize("name", sorted(set(FILES) - {"qa.cli"}))
def test_only_the_command_line_prints(name):
    assert [ast.unparse(call) for call in calls(TREES[name]) if named(call) == "print"] == []


@pytest.mark.parametrize("name", sorted(FILES))
def test_nothing_runs_what_it_reads(name):
    tree = TREES[name]
    modules = {module.split(".")[0] for module in IMPORTS[name]}
    assert not modules & {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
    for call in calls(tree):
        assert named(call) not in UNSAFE, ast.unparse(call)
        assert not named(call).endswith(("torch.load", "os.system", "os.popen", "yaml.load", "yaml.unsafe_load"))
        given = {word.arg: word.value for word in call.keywords}
        for word in ("shell", "trust_remote_code", "allow_pickle"):
            assert word not in given or ast.unparse(given[word]) == "False", ast.unparse(call)


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_error_is_caught_unnamed(name):
    """The two faces may catch everything, to tell the user instead of the terminal; so may one line of the child.

    A file can make a parser raise anything, and no list of exceptions would be whole; the line is in one function.
    """
    faces = name in ("app", "qa.cli") or name.startswith("qa.web.")
    caught = []
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{name}:{node.lineno}"
            broad = {part.id for part in ast.walk(node.type) if isinstance(part, ast.Name)}
            if broad & {"Exception", "BaseException"} and not faces:
                caught.append(ast.unparse(node.type))
    assert caught == (["Exception"] if name == "index.child" else [])


def public(tree):
    """Give the module and its public classes, functions and methods; `__init__` is described by its class."""
    yield "module", tree
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith("_"):
            yield node.name, node
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", inner


@pytest.mark.parametrize("name", sorted(FILES))
def test_everything_public_says_what_it_is(name):
    bare = [what for what, node in public(TREES[name]) if not ast.get_docstring(node)]
    assert bare == []


@pytest.mark.parametrize("name", sorted(FILES))
def test_rooms_and_functions_stay_small(name):
    # A few lines over are let through: the limits are about rooms, not about counting.
    assert len(FILES[name].read_text(encoding="utf-8").splitlines()) <= 310
    for node in ast.walk(TREES[name]):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno - node.lineno < 60, f"{name}.{node.name}"


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_path_of_one_machine_is_written_down(name):
    text = FILES[name].read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert str(Path.home()) not in text or str(Path.home()) == "/"
