"""For the test suite of a host: does what it writes keep the contract that the library relies on?

`check_model` is for authors of scoring models, `check_language` for translators of pages
and sentences; `texts` lists what there is to translate.
"""

from creditkit.testing.contract import ContractBroken, Fault
from creditkit.testing.languages import check_language, texts
from creditkit.testing.models import check_model

__all__ = ["ContractBroken", "Fault", "check_language", "check_model", "texts"]
