"""Checks of the authored corpus that can fail: form, counts, copies, contacts, shortcuts.

    python -m training.checks            # all checks, every fault listed, figures by language

The probes ask whether a model could know the class without reading: from surface features, from characters alone, or
(inside a contrast pair) from single words. Where a probe finds a shortcut, the text is mended, not the probe.
"""

from __future__ import annotations

import argparse
import collections
import math
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tipscan.entities import extract
from tipscan.indicators import SCHEMES, codes
from tipscan.text import normalize
from tipscan.text.characters import classes, scripts
from training import sources
from training.draft import copies

Row = dict[str, Any]

MAIN = "en zh vi th id ms tl my km lo hi bn ur ne ta si ar fa tr ru uk es pt fr sw am".split()
MINOR = "de it pl ro ko ja te ml pa ha yo so mn uz ka".split()
SPACELESS = frozenset({"th", "lo", "km", "my", "zh", "ja"})
MAX_PROBE = 0.65
#: Batches whose twins were edited until single words no longer tell them apart. Batch three, for learning only, is
#: written as such adverts are posted: its words may tell, and few of its lures are subtle.
EDITED = (1, 2)
MIN_OF_SCHEME = 6
MIN_FACTS = 12
#: Texts and pairs a language needs, over all batches.
WANTED = {"main": {"texts": 200, "pairs": 30}, "minor": {"texts": 60, "pairs": 0}}
_RESERVED_HOST = re.compile(r"(?:^|[.@])example\.(?:com|net|org)$")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_CHANNELS = re.compile(r"whats|telegram|t\.me|zalo|line|wechat|微信|viber|imo|messenger|facebook|http|@")


def form_faults(row: Row) -> Iterator[str]:
    """Spans inside the text and tight around their phrase, known codes, labels that agree with one another."""
    for span in row["indicators"]:
        quote = row["text"][span["start"] : span["end"]]
        if not quote or quote != quote.strip():
            yield f"span {span['start']}–{span['end']} is empty or not tight"
        if span["code"] not in codes():
            yield f"unknown indicator {span['code']}"
    if set(row["schemes"]) - set(SCHEMES):
        yield f"unknown scheme in {row['schemes']}"
    if bool(row["schemes"]) is not bool(row["label"]) or (row["label"] and not row["recruits"]):
        yield "label, schemes and recruits contradict one another"


def contact_faults(row: Row) -> Iterator[str]:
    """Contacts are reserved ones: 555-01xx, example.com / .net / .org, handles that end in ``example``."""
    for contact in extract(normalize(row["text"]), row["lang"]).contacts:
        digits = re.sub(r"\D", "", contact.normalized)
        reserved = (
            "55501" in digits
            or "example" in contact.normalized.casefold()
            or bool(_RESERVED_HOST.search(contact.normalized.split("/")[0]))
            or (contact.kind == "other" and "_" not in contact.value)  # "@Maria" in a comment is a person's name
        )
        if not reserved:
            yield f"{contact.kind} is not a reserved contact"


def surface(text: str) -> list[float]:
    """What a model sees without reading: length, digits, emoji, punctuation, capitals, channel words, hiding."""
    size = max(1, len(text))
    normal = normalize(text)
    return [
        math.log(size),
        text.count("\n"),
        sum(char.isdigit() for char in text) / size,
        len(_EMOJI.findall(text)),
        text.count("!") + text.count("！"),
        text.count("?") + text.count("？") + text.count("؟"),
        (text.count(",") + text.count("，") + text.count("،") + text.count("、")) / size * 100,
        sum(char.isupper() for char in text) / size,
        len(_CHANNELS.findall(normal.folded)),
        len(normal.evasions),
        sum(char.isascii() and char.isalpha() for char in text) / size,
        text.count("+"),
        text.count("%"),
        sum(text.count(sign) for sign in "$€£₹¥฿₫"),
        text.count('"') + text.count("“") + text.count("«"),
    ]


def surface_probe(rows: list[Row]) -> float:
    """AUROC of logistic regression on ``surface``, five folds, twins in one fold."""
    features = np.array([surface(row["text"]) for row in rows])
    labels = np.array([row["label"] for row in rows])
    groups = [row["pair"] or row["id"] for row in rows]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=500))
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=1)
    risk = cross_val_predict(model, features, labels, groups=groups, cv=folds, method="predict_proba")[:, 1]
    return float(roc_auc_score(labels, risk))


def characters_probe(groups: dict[str, list[Row]]) -> dict[str, float]:
    """AUROC per language of a bag-of-characters model trained on all languages of other scripts."""
    script_of = {
        lang: next(iter(scripts(classes("".join(row["text"] for row in rows))))) for lang, rows in groups.items()
    }
    vectorizer = CountVectorizer(analyzer="char", min_df=20, binary=True)
    rows = [row for group in groups.values() for row in group]
    matrix = vectorizer.fit_transform([normalize(row["text"]).folded for row in rows])
    labels = np.array([row["label"] for row in rows])
    script = np.array([script_of[row["lang"]] for row in rows])
    lang_of = np.array([row["lang"] for row in rows])
    figures: dict[str, float] = {}
    for name in sorted(set(script_of.values())):
        model = LogisticRegression(C=0.1, max_iter=300).fit(matrix[script != name], labels[script != name])
        for lang in (lang for lang, own in script_of.items() if own == name):
            risk = model.decision_function(matrix[lang_of == lang])
            figures[lang] = float(roc_auc_score(labels[lang_of == lang], risk))
    return figures


def words(text: str, lang: str) -> set[str]:
    """Words of a text; in scripts without spaces, its character pairs and triples."""
    folded = normalize(text).folded
    if lang in SPACELESS:
        joined = "".join(folded.split())
        return {joined[i : i + n] for n in (2, 3) for i in range(len(joined) - n + 1)}
    return set(re.findall(r"[^\W\d_]+(?:[\u0300-\u036f\u0900-\u0dff\u064b-\u065f]+[^\W\d_]*)*", folded))


def twin_probe(rows: list[Row]) -> tuple[int, float, list[str]]:
    """Word-presence Naive Bayes trained on the other pairs: (pairs, share ordered right, words that tell most)."""
    pairs: dict[str, dict[int, set[str]]] = collections.defaultdict(dict)
    for row in rows:
        if row["pair"]:
            pairs[row["pair"]][row["label"]] = words(row["text"], row["lang"])
    twins = [(pair[1], pair[0]) for pair in pairs.values() if len(pair) == 2]
    if not twins:
        return 0, 0.5, []
    lure = collections.Counter(word for one, _ in twins for word in one)
    benign = collections.Counter(word for _, other in twins for word in other)
    right = 0.0
    for one, other in twins:
        score = sum(math.log((lure[word] - 0.5) / (benign[word] + 0.5)) for word in one - other)
        score -= sum(math.log((lure[word] + 0.5) / (benign[word] - 0.5)) for word in other - one)
        right += 0.5 if score == 0 else float(score > 0)
    telling = sorted(set(lure) | set(benign), key=lambda word: -abs(lure[word] - benign[word]))[:12]
    return len(twins), right / len(twins), [f"{word} {lure[word]}:{benign[word]}" for word in telling]


def count_faults(rows: list[Row], lang: str) -> Iterator[str]:
    """Too few texts, pairs, facts or texts of a scheme for the language."""
    wanted = WANTED["main" if lang in MAIN else "minor"]
    lures = [row for row in rows if row["label"]]
    pairs = {row["pair"] for row in rows if row["pair"]}
    if len(rows) < wanted["texts"] or min(len(lures), len(rows) - len(lures)) < wanted["texts"] // 2:
        yield f"{len(lures)} deceptive and {len(rows) - len(lures)} benign texts, wanted {wanted['texts'] // 2} each"
    if len(pairs) < wanted["pairs"] or 2 * len(pairs) < len(lures):
        yield f"{len(pairs)} pairs for {len(lures)} deceptive texts"
    edited = [row for row in lures if row["batch"] in EDITED]
    if sum(row["subtle"] for row in edited) * 3 < len(edited):
        yield "less than a third of the deceptive texts are subtle"
    if lang in MAIN:
        counts = collections.Counter(code for row in lures for code in row["schemes"])
        for code in SCHEMES:
            if counts[code] < MIN_OF_SCHEME:
                yield f"{counts[code]} texts of {code}, wanted {MIN_OF_SCHEME}"
        facts = {fact for row in rows if row["pair"] for fact in row["facts"]}
        if len(facts) < MIN_FACTS:
            yield f"{len(facts)} decisive facts, wanted {MIN_FACTS}"


def by_language(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = collections.defaultdict(list)
    for row in rows:
        groups[row["lang"]].append(row)
    return dict(sorted(groups.items()))


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    faults: list[str] = []
    groups = by_language(sources.corpus_rows())
    characters = characters_probe(groups)
    for lang, rows in groups.items():
        faults += [f"{row['id']}: {fault}" for row in rows for fault in (*form_faults(row), *contact_faults(row))]
        faults += [f"{one} and {other}: {similarity:.2f} alike" for one, other, similarity in copies(rows)]
        faults += [f"{lang}: {fault}" for fault in count_faults(rows, lang)]
        pairs, ordered, telling = twin_probe([row for row in rows if row["batch"] in EDITED])
        plain_pairs, plain, _ = twin_probe([row for row in rows if row["batch"] not in EDITED])
        shown = surface_probe(rows)
        print(
            f"{lang:3s} texts {len(rows):4d}  surface {shown:.2f}  characters {characters[lang]:.2f}  "
            f"twins {ordered:.2f} of {pairs}, batch three {plain:.2f} of {plain_pairs}  {', '.join(telling[:6])}"
        )
        if lang in MAIN and shown >= MAX_PROBE:
            faults.append(f"{lang}: surface features alone reach {shown:.2f}")
        if lang in MAIN and characters[lang] >= MAX_PROBE:
            faults.append(f"{lang}: characters alone reach {characters[lang]:.2f}")
        if lang in MAIN and ordered >= MAX_PROBE:
            faults.append(f"{lang}: single words order {ordered:.2f} of the twins")
    print(*faults, sep="\n", file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
