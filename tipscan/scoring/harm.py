"""Who or what is at stake."""

from __future__ import annotations

from collections.abc import Mapping

from tipscan.finding import Harm
from tipscan.indicators.taxonomy import WORKER_SCHEMES

#: Where the schemes of held-out texts are told best (F1); schemes are many and each is rare.
LIKELY = 0.3


def harm_of(schemes: Mapping[str, float]) -> Harm:
    """``worker``, ``money`` or ``both``, by the schemes that are likely.

    Where the likeliest is itself uncertain, those half as likely count too: a person at risk must not be read as money.
    """
    bar = min(LIKELY, max(schemes.values()) / 2)
    likely = {code for code, probability in schemes.items() if probability >= bar}
    if likely <= WORKER_SCHEMES:
        return "worker"
    return "both" if likely & WORKER_SCHEMES else "money"
