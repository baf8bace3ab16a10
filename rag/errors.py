"""What can go wrong, and who has to act.

PolicyError
├── SettingsError   the operator: a variable is unknown or malformed
├── CorpusError     the editor: a source file cannot be read or parsed
├── InputError      the asker: the question, policy or clause cannot be used
├── StoreError      the operator: there is no usable index
│   └── ModelMismatchError  the index was built with another embedding model
├── ModelError      the operator: an embedding model cannot be loaded
├── LanguageModelError  the operator: the language model does not answer as it should
└── BusyError       nobody: another ingest holds the lock, try again later

Messages are Chinese because the reader of a message is the user of the product:
what was wrong, with the value, then what to do. Misuse by our own code is ValueError.
"""


class PolicyError(Exception):
    """Base of every error whose message is meant for the person using the product."""


class SettingsError(PolicyError):
    """A `CHUANCE_*` variable is unknown or its value cannot be used."""


class CorpusError(PolicyError):
    """A source file cannot be read, decoded or parsed into clauses."""


class InputError(PolicyError):
    """The question, policy id or clause given by the user cannot be used."""


class StoreError(PolicyError):
    """There is no index, or the one found is damaged."""


class ModelMismatchError(StoreError):
    """The index was built with another embedding model than the configured one."""


class ModelError(PolicyError):
    """An embedding model cannot be loaded from the given name or path."""


class LanguageModelError(PolicyError):
    """The language model cannot be reached, answers with a fault, or not within its deadlines."""


class BusyError(PolicyError):
    """Another process is building an index."""
