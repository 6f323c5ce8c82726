"""A model named by the user -> its folder: from the model hub, or from the hub's cache on this machine."""

from pathlib import Path

from index.errors import ModelError


def downloaded(model: str, setting: str) -> Path:
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
