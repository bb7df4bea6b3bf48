"""scikit-learn's own checks, and the scanner inside its pipelines."""

from __future__ import annotations

import json
import math
import pickle
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from tests.fakes import FakeScanner
from tipscan import Scanner
from tipscan.adapters.sklearn import TipscanClassifier, TipscanFeatures
from tipscan.errors import InputError

CORPUS = Path(__file__).parents[2] / "training" / "corpus"
ROWS = [json.loads(line) for line in (CORPUS / "en.jsonl").read_text(encoding="utf-8").splitlines()[:40]]
TEXTS = [
    "😀 The office keeps your passport, write to t.me/example_jobs",
    "ការិយាល័យទុកលិខិតឆ្លងដែនរបស់អ្នក",
    *(r["text"] for r in ROWS),
]
LABELS = [1, 1, *(row["label"] for row in ROWS)]
FAST = {"tier": "fast", "threads": 1}


class _Written:
    """scikit-learn has checks for numbers only: here each row of numbers is written down, and so becomes a text."""

    def _findings(self, rows: Any) -> Any:
        rows = rows.toarray() if hasattr(rows, "toarray") else np.asarray(rows)
        return list(FakeScanner().scan_many(["flag" if row.sum() > 0 else "other" for row in rows]))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.one_d_array, tags.input_tags.sparse = True, False, True
        tags.no_validation = True  # numbers that are not finite are written down like any other
        if tags.classifier_tags:
            tags.classifier_tags.poor_score = True  # the sum of a row tells no class
        return tags


class WrittenClassifier(_Written, TipscanClassifier):
    """The classifier over rows of numbers."""


class WrittenFeatures(_Written, TipscanFeatures):
    """The features over rows of numbers."""


def failing(estimator: BaseEstimator) -> dict[str, str]:
    """The one check that does not apply, as for scikit-learn's own ``TunedThresholdClassifierCV``."""
    reason = "the threshold on the probability is learned: it is not one half"
    return {"check_classifiers_train": reason} if isinstance(estimator, TipscanClassifier) else {}


@parametrize_with_checks([WrittenClassifier(), WrittenFeatures()], expected_failed_checks=failing, xfail_strict=True)
def test_estimator_checks(estimator: BaseEstimator, check: Any) -> None:
    """Every check of scikit-learn passes, but for one that supposes a threshold of one half."""
    check(estimator)


def test_probabilities_are_the_risks() -> None:
    """Without fit, the second column is the scanner's risk, and what is not clear is positive."""
    classifier, findings = TipscanClassifier(**FAST), list(Scanner(**FAST).scan_many(TEXTS))
    probabilities = classifier.predict_proba(TEXTS)
    assert probabilities[:, 1].tolist() == [finding.risk for finding in findings]
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert classifier.predict(TEXTS).tolist() == [int(finding.decision != "clear") for finding in findings]
    assert classifier.classes_.tolist() == [0, 1]


def test_fit_learns_the_best_threshold() -> None:
    """No threshold between two risks does better on the labels, whatever the labels are called."""
    names = np.where(np.array(LABELS) == 1, "lure", "genuine")
    classifier = TipscanClassifier(**FAST).fit(TEXTS, names)
    assert classifier.classes_.tolist() == ["genuine", "lure"]
    risks = classifier.predict_proba(TEXTS)[:, 1]
    got = balanced_accuracy_score(names, classifier.predict(TEXTS))
    assert got == max(balanced_accuracy_score(LABELS, risks >= bar) for bar in risks)
    with pytest.raises(ValueError, match=r"Only binary classification is supported\. y is binary, of 1 classes"):
        classifier.fit(TEXTS, [1] * len(TEXTS))


def test_a_text_that_cannot_be_scored() -> None:
    """It stops the classifier with the number of its row, unless a risk is given for such texts."""
    texts = [TEXTS[0], "", None]
    with pytest.raises(InputError, match=r"row 1 cannot be scored \(empty\)"):
        TipscanClassifier(**FAST).predict_proba(texts)
    assert TipscanClassifier(unscored=0.25, **FAST).predict_proba(texts)[1:, 1].tolist() == [0.25, 0.25]
    assert TipscanClassifier(unscored=0.25, **FAST).predict(texts)[1:].tolist() == [0, 0]
    features = dict(
        zip(TipscanFeatures().get_feature_names_out(), TipscanFeatures(**FAST).transform(texts)[1], strict=True)
    )
    assert math.isnan(features["risk_logit"]) and features["contacts_telegram"] == 0


def test_features_are_named_numbers_of_the_finding() -> None:
    """The log-odds, the schemes, the families, the contacts and the assessment stand under their names."""
    finding = Scanner(**FAST).scan(TEXTS[0])
    transformer = TipscanFeatures(**FAST)
    values = dict(zip(transformer.get_feature_names_out(), transformer.transform(TEXTS[:1])[0], strict=True))
    assert 1 / (1 + math.exp(-values["risk_logit"])) == pytest.approx(finding.risk)
    assert values["scheme_forced_labour"] == finding.schemes["forced_labour"]
    assert (values["indicators_DOC"], values["contacts_telegram"], values["contacts_email"]) == (1, 1, 0)
    assert len(values) == len(set(values)) == 2 + 10 + 16 + 16 + 5 + 4


def test_a_pickle_is_small_and_scores_the_same() -> None:
    """The configuration travels, the networks do not."""
    classifier = TipscanClassifier(**FAST).fit(TEXTS, LABELS)
    stored = pickle.dumps(classifier)
    assert len(stored) < 2_000
    assert (pickle.loads(stored).predict(TEXTS) == classifier.predict(TEXTS)).all()
    assert not hasattr(clone(classifier), "threshold_")


def test_a_grid_search_over_a_pipeline() -> None:
    """The features feed a model of one's own, out of a column of a table, under a search over both."""
    table = np.array([[text, "x"] for text in TEXTS], dtype=object)
    columns = ColumnTransformer([("tipscan", TipscanFeatures(**FAST), [0])])
    pipeline = make_pipeline(columns, SimpleImputer(), LogisticRegression(max_iter=2000))
    grid = {"logisticregression__C": [0.01, 1.0], "columntransformer__tipscan__languages": [None, ("en",)]}
    search = GridSearchCV(pipeline, grid, cv=2).fit(table, LABELS)
    assert search.best_score_ > 0.6
    names = search.best_estimator_[0].get_feature_names_out()
    assert names[0] == "tipscan__risk_logit" and len(names) == 53


def test_texts_are_one_column() -> None:
    """A single text, or a table of two columns, is a mistake and told as one."""
    with pytest.raises(ValueError, match="a collection of texts is needed"):
        TipscanClassifier(**FAST).predict("one text")
    with pytest.raises(ValueError, match=r"these have the shape \(1, 2\)"):
        TipscanFeatures(**FAST).transform(np.array([["a", "b"]], dtype=object))
