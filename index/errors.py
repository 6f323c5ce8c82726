"""Every error of Verbatim, one class for each thing the caller can do about it.

```
VerbatimError
├── SettingsError      a setting is unknown or out of range: correct it
├── QuestionError      the question cannot be asked as it stands: change it
├── ArticleError       a file is no article we can read: mend or leave out that file
├── ReaderError        no process to read files in can be started: mend the installation
├── ModelError         the embedding model is missing, unsafe or changed: choose another
├── EvaluationError    a set of questions, a run or an evaluation cannot be used: correct it
├── TrainingError      the data or a half-finished training cannot be used: correct it
├── ServeError         the web app cannot start: choose another address
└── StoreError         the built index cannot be used
    ├── NoIndex        nothing is indexed yet: run `qa index`
    ├── Mismatch       built by another model, format or setting: rebuild, or set it back
    ├── Damaged        a checksum or a slice does not agree: rebuild
    ├── Busy           another process is writing: wait for it
    └── Unwritable     the disk is full or read-only: make room or choose another home
```

A message says what happened, the value, and the cure. A refusal to answer is a value, not an error.
"""


class VerbatimError(Exception):
    """Something the user can mend; the message says how."""


class SettingsError(VerbatimError):
    """A setting is unknown or out of its range."""


class QuestionError(VerbatimError):
    """The question is empty, too long, or asks for an impossible number of quotes."""


class ArticleError(VerbatimError):
    """A file does not hold an article that can be read; other files are not affected."""


class ReaderError(VerbatimError):
    """No process to read files in can be started."""


class ModelError(VerbatimError):
    """The embedding model is missing, unsafe to load, or not the one that is expected."""


class EvaluationError(VerbatimError):
    """A set of questions, a run or an evaluation cannot be used; the message says what is wrong with it."""


class TrainingError(VerbatimError):
    """What weights are to be trained from, or a training that was interrupted, cannot be used."""


class ServeError(VerbatimError):
    """The web app cannot be started at the address asked for."""


class StoreError(VerbatimError):
    """The built index cannot be used."""


class NoIndex(StoreError):
    """There is no built index at this home."""


class Mismatch(StoreError):
    """The index was built by another model, format or setting than the one in use."""


class Damaged(StoreError):
    """A file or a row of the index is not what was written."""


class Busy(StoreError):
    """Another process holds the writer's lock."""


class Unwritable(StoreError):
    """The home cannot be written: read-only, or the disk is full."""
