"""scikit-learn: the scanner as a classifier, and its findings as named features.

Both hold their configuration only, so that they clone, pickle and search grids; the scanner is the process's own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from tipscan.adapters.options import Options, scanner_of
from tipscan.errors import InputError, MissingExtraError
from tipscan.finding import Finding
from tipscan.indicators import SCHEMES, codes
from tipscan.indicators.taxonomy import FAMILIES

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
    from sklearn.metrics import roc_curve
    from sklearn.utils.multiclass import type_of_target
    from sklearn.utils.validation import column_or_1d
except ImportError:
    raise MissingExtraError("scikit-learn", "sklearn") from None

Floats = npt.NDArray[np.float64]

#: The kinds and roles of the public contract, in the order of the features.
CONTACT_KINDS: Final = (
    *("phone", "email", "url", "telegram", "whatsapp", "line", "wechat", "zalo", "viber"),
    *("messenger", "instagram", "tiktok", "discord", "signal", "wallet", "other"),
)
MONEY_ROLES: Final = ("pay", "fee", "deposit", "debt", "other")
_RULE_FAMILIES = tuple(family for family in FAMILIES if family != "MODEL")
#: The risk of a float is never so near 0 or 1 that its log-odds go beyond this.
_MOST = 20.0


class _Scanning(BaseEstimator):  # type: ignore[misc]
    """What both share: the options of the scanner, and texts in."""

    def __init__(
        self,
        *,
        model: str | None = None,
        tier: str = "auto",
        policy: Any = "balanced",
        languages: Sequence[str] | None = None,
        threads: int | None = None,
        packs: str | Path | None = None,
    ) -> None:
        self.model = model
        self.tier = tier
        self.policy = policy
        self.languages = languages
        self.threads = threads
        self.packs = packs

    def _findings(self, texts: Any) -> list[Finding]:
        options = Options.of(
            model=self.model,
            tier=self.tier,
            policy=self.policy,
            languages=self.languages,
            threads=self.threads,
            packs=self.packs,
        )
        return list(scanner_of(options).scan_many(_column(texts)))

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.requires_fit = False
        tags.target_tags.required = False
        return tags


class TipscanClassifier(ClassifierMixin, _Scanning):  # type: ignore[misc]
    """Deceptive (``classes_[1]``) or not, for texts.

    It works without ``fit``: a text is positive then when its decision is not ``clear``. ``fit`` with labels learns
    nothing but the threshold on the risk, the one with the best balanced accuracy.

    Args:
        model, tier, policy, languages, threads, packs: Those of ``Scanner``.
        unscored: Risk given to a text that cannot be scored, such as an empty one; None for an error.

    Attributes:
        classes_: The two labels, 0 and 1 unless others were fitted.
        threshold_: Lowest risk of the positive class; after ``fit`` with labels only.
    """

    classes_: npt.NDArray[Any] = np.array([0, 1])

    def __init__(
        self,
        *,
        model: str | None = None,
        tier: str = "auto",
        policy: Any = "balanced",
        languages: Sequence[str] | None = None,
        threads: int | None = None,
        packs: str | Path | None = None,
        unscored: float | None = None,
    ) -> None:
        super().__init__(model=model, tier=tier, policy=policy, languages=languages, threads=threads, packs=packs)
        self.unscored = unscored

    def fit(self, texts: Any, y: Any = None) -> Self:
        """Learn the threshold from labels; without labels, nothing.

        Raises:
            ValueError: The labels are not those of two classes.
            InputError: A text cannot be scored and ``unscored`` is None.
        """
        if y is None:
            return self
        kind = type_of_target(y, input_name="y", raise_unknown=True)
        classes, truth = np.unique(column_or_1d(y, warn=True), return_inverse=True)
        if kind != "binary" or len(classes) != 2:
            raise ValueError(f"Only binary classification is supported. y is {kind}, of {len(classes)} classes.")
        false, true, thresholds = roc_curve(truth, self._risks(self._findings(texts)))
        self.classes_ = classes
        self.threshold_ = float(thresholds[np.argmax(true - false)])
        return self

    def predict_proba(self, texts: Any) -> Floats:
        """(n, 2) probabilities of ``classes_``."""
        risks = self._risks(self._findings(texts))
        return np.column_stack([1 - risks, risks])

    def predict(self, texts: Any) -> npt.NDArray[Any]:
        """(n,) labels out of ``classes_``."""
        findings = self._findings(texts)
        risks = self._risks(findings)
        if hasattr(self, "threshold_"):
            return np.asarray(self.classes_[(risks >= self.threshold_).astype(int)])
        return np.asarray(self.classes_[[int(finding.decision not in (None, "clear")) for finding in findings]])

    def _risks(self, findings: Sequence[Finding]) -> Floats:
        for row, finding in enumerate(findings):
            if finding.risk is None and self.unscored is None:
                raise InputError(f"row {row} cannot be scored ({finding.error}); set unscored to give it a risk")
        return np.array([self.unscored if one.risk is None else one.risk for one in findings], dtype=float)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


class TipscanFeatures(TransformerMixin, _Scanning):  # type: ignore[misc]
    """Texts -> (n, 53) numbers with fixed names, for models of one's own.

    The log-odds of the risk, of recruiting at all, the probability of each scheme; the distinct indicators of each
    family, the contacts of each kind, the sums of money in each role; of each ILO–EC dimension whether it is positive.
    Scores of a text that cannot be scored are NaN.

    Args:
        model, tier, policy, languages, threads, packs: Those of ``Scanner``.
    """

    def fit(self, texts: Any, y: Any = None) -> Self:
        """Nothing to learn."""
        return self

    def transform(self, texts: Any) -> Floats:
        """(n, f) features, in the order of ``get_feature_names_out``."""
        rows = [_features(finding) for finding in self._findings(texts)]
        return np.array(rows, dtype=float).reshape(len(rows), len(_names()))

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """Names of the features, the same whatever the input."""
        return np.array(_names(), dtype=object)


def _dimensions() -> list[str]:
    return sorted({code.dimension for code in codes().values() if code.dimension})


def _names() -> list[str]:
    return [
        "risk_logit",
        "recruits_logit",
        *(f"scheme_{code}" for code in SCHEMES),
        *(f"indicators_{family}" for family in _RULE_FAMILIES),
        *(f"contacts_{kind}" for kind in CONTACT_KINDS),
        *(f"money_{role}" for role in MONEY_ROLES),
        *(f"positive_{dimension}" for dimension in _dimensions()),
    ]


def _features(finding: Finding) -> list[float]:
    families = Counter(code.partition(".")[0] for code in {indicator.code for indicator in finding.indicators})
    kinds = Counter(contact.kind for contact in finding.contacts)
    roles = Counter(money.role for money in finding.money)
    return [
        _log_odds(finding.risk),
        _log_odds(finding.recruits),
        *(finding.schemes.get(code, math.nan) for code in SCHEMES),
        *(families[family] for family in _RULE_FAMILIES),
        *(kinds[kind] for kind in CONTACT_KINDS),
        *(roles[role] for role in MONEY_ROLES),
        *(finding.assessment.get(name, {}).get("positive", False) for name in _dimensions()),
    ]


def _log_odds(probability: float | None) -> float:
    if probability is None:
        return math.nan
    if not 0 < probability < 1:
        return math.copysign(_MOST, probability - 0.5)
    return max(-_MOST, min(_MOST, math.log(probability) - math.log1p(-probability)))


def _column(texts: Any) -> Iterable[Any]:
    """The texts of a list, a series, or a table of one column; any other shape is a mistake of the caller."""
    if isinstance(texts, str | bytes):
        raise ValueError("a collection of texts is needed, this is a single one")
    shape: tuple[int, ...] = getattr(texts, "shape", (0,))
    if len(shape) == 2 and shape[1] == 1:
        return list(np.asarray(texts, dtype=object)[:, 0])
    if len(shape) != 1:
        raise ValueError(f"texts have to be one column, these have the shape {shape}")
    return list(texts)
