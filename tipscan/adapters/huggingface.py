"""Hugging Face: data sets scanned, the corpus as a data set, and the accurate network for transformers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tipscan.adapters.options import Options, scanner_of
from tipscan.adapters.pooled import pooled
from tipscan.adapters.weights import Network, read_network
from tipscan.batch.schema import COLUMNS, arrow_schema
from tipscan.classify import Bundle
from tipscan.errors import BundleError, InputError, MissingExtraError
from tipscan.finding import Finding

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

#: Before the name of every column added, because data sets have ``language`` and ``risk`` of their own.
PREFIX: Final = "tipscan_"
_CODE: Final = Path(__file__).with_name("modeling_tipscan.py")
_SPECIAL: Final = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
#: What rows of the corpus are for -> the split they are in.
_SPLITS: Final = {"learn": "train", "calibrate": "calibrate", "test": "test"}


def scan_dataset(dataset: Dataset, text_column: str, *, num_proc: int | None = None, **options: Any) -> Dataset:
    """The data set with the columns of a scored row beside its own, each named ``tipscan_…``.

    Args:
        dataset: A ``datasets.Dataset``, or an ``IterableDataset``, which is then scanned as it is read.
        text_column: Column with the texts.
        num_proc: Processes; for a ``Dataset`` only. Give ``threads=1`` with it.
        options: Those of ``Scanner``, ``packs`` among them.

    Raises:
        InputError: No such column.
        PackError: A rule pack of your own has faults.
    """
    if dataset.column_names is not None and text_column not in dataset.column_names:
        raise InputError(f"no column {text_column!r}; found: {', '.join(dataset.column_names)}")
    known = dataset.features
    declared = None if known is None else type(known)({**known, **_features()})
    processes = {} if num_proc is None else {"num_proc": num_proc}
    # The versions are part of the fingerprint: a new model does not answer out of the cache of the old one.
    arguments = {"options": Options.of(**options).pinned()}
    return dataset.map(
        _scan, batched=True, input_columns=text_column, features=declared, fn_kwargs=arguments, **processes
    )


def _scan(texts: list[Any], options: Options) -> dict[str, list[Any]]:
    rows = [_row(finding) for finding in scanner_of(options).scan_many(texts)]
    return {f"{PREFIX}{name}": [row[name] for row in rows] for name in COLUMNS[1:]}


def _row(finding: Finding) -> dict[str, Any]:
    """Values of a finding; what is a map in Arrow is a list of named entries, for data sets have no maps."""
    row = finding.to_dict()
    facts = [{"name": name, **fact, "value": str(fact["value"])} for name, fact in row["facts"].items()]
    assessment = [{"name": name, **dimension} for name, dimension in row["assessment"].items()]
    return row | {"facts": facts, "assessment": assessment, "schemes": row["schemes"] or None}


def _features() -> Any:
    import pyarrow as pa
    from datasets import Features

    fields = []
    for field in arrow_schema(COLUMNS[1:]):
        kind = field.type
        if pa.types.is_map(kind):
            kind = pa.list_(pa.struct([("name", kind.key_type), *kind.item_type]))
        fields.append(pa.field(f"{PREFIX}{field.name}", kind))
    return Features.from_arrow_schema(pa.schema(fields))


def load_corpus(folder: str | Path) -> DatasetDict:
    """The authored corpus (``training/corpus`` of the repository): splits ``train``, ``calibrate`` and ``test``.

    Raises:
        InputError: The folder holds no corpus.
        MissingExtraError: datasets is not installed.
    """
    try:
        from datasets import Dataset, DatasetDict
    except ImportError:
        raise MissingExtraError("datasets", "datasets") from None

    paths = sorted(Path(folder).glob("*.jsonl"))
    rows = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    if not rows:
        raise InputError(f"{folder}: no corpus here, no rows in *.jsonl")
    features = _corpus_features()
    splits = {name: [row for row in rows if row["use"] == use] for use, name in _SPLITS.items()}
    return DatasetDict({name: Dataset.from_list(part, features=features) for name, part in splits.items()})


def _corpus_features() -> Any:
    from datasets import ClassLabel, Features, List, Value

    text, flag = Value("string"), Value("bool")
    span = {"code": text, "start": Value("int32"), "end": Value("int32")}
    kinds = dict.fromkeys(("id", "text", "lang", "register", "channel", "sector", "pair", "use"), text)
    kinds |= dict.fromkeys(("recruits", "subtle", "obfuscated", "authored", "native_review"), flag)
    kinds |= {"label": ClassLabel(names=["genuine", "deceptive"]), "batch": Value("int8")}
    return Features(kinds | {"schemes": List(text), "facts": List(text), "indicators": List(span)})


def export_transformers(bundle: str | Path | None, folder: str | Path) -> Path:
    """Write the accurate network for ``AutoModelForSequenceClassification.from_pretrained(…, trust_remote_code=True)``.

    Its logits are those of the network, before n-grams, rules and calibration, within what int8 rounds. The texts have
    to be normalized (``tipscan.text.normalize(text).text.rstrip()``; ``tipscan.classify.spelling.readable`` also undoes
    words with digits for letters, as tipscan does); windows are the model's own business. Labels are
    independent of one another: use ``pipeline("text-classification", …, top_k=None, function_to_apply="sigmoid")``.

    Beside it stands ``model.onnx``, the int8 network for Optimum's ``ORTModelForSequenceClassification``, which takes
    one text of one window at a time.

    Args:
        bundle: A bundle of the accurate tier; None for the one that ships.
        folder: Written to; made if it is not there.

    Returns:
        The folder.

    Raises:
        BundleError: The bundle is of another tier.
        MissingExtraError: onnx or safetensors is not installed.
    """
    try:
        from safetensors.numpy import save_file
    except ImportError:
        raise MissingExtraError("safetensors", "transformers") from None

    source, target = Bundle.load(bundle), Path(folder)
    if source.manifest["tier"] != "accurate":
        raise BundleError(f"{source.path}: only the accurate tier is a network of transformers")
    source.verify()
    network, graph = read_network(source.path), pooled(source.path / "model.onnx")
    target.mkdir(parents=True, exist_ok=True)
    save_file(_complete(network), target / "model.safetensors", metadata={"format": "pt"})
    (target / "model.onnx").write_bytes(graph.SerializeToString())
    shutil.copy(source.path / "tokenizer.json", target / "tokenizer.json")
    shutil.copy(_CODE, target / _CODE.name)
    _write_json(target / "config.json", _config(source, network))
    _write_json(target / "tokenizer_config.json", _tokenizer_config(target / "tokenizer.json"))
    return target


def _complete(network: Network) -> dict[str, Any]:
    """The weights with a token type of zeros: the position embeddings hold it."""
    import numpy as np

    types = np.zeros((1, int(network.shape["hidden_size"])), np.float32)
    found = network.weights | {"encoder.embeddings.token_type_embeddings.weight": types}
    return {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in found.items()}


def _config(bundle: Bundle, network: Network) -> dict[str, Any]:
    code = _CODE.stem
    return network.shape | {
        "architectures": ["TipscanForSequenceClassification"],
        "auto_map": {
            "AutoConfig": f"{code}.TipscanConfig",
            "AutoModelForSequenceClassification": f"{code}.TipscanForSequenceClassification",
        },
        "model_type": "tipscan",
        "window": bundle.manifest["window"],
        "id2label": dict(enumerate(bundle.manifest["outputs"])),
        "label2id": {name: number for number, name in enumerate(bundle.manifest["outputs"])},
        "problem_type": "multi_label_classification",
        "pad_token_id": 1,
        "tipscan": bundle.identity,
    }


def _tokenizer_config(tokenizer: Path) -> dict[str, Any]:
    """The file already frames a text by its special tokens; these are their names. No length is too long."""
    known = {token["content"] for token in json.loads(tokenizer.read_text(encoding="utf-8"))["added_tokens"]}
    special = {role: token for role, token in _SPECIAL.items() if token in known}
    inputs = ["input_ids", "attention_mask"]
    return special | {"tokenizer_class": "PreTrainedTokenizerFast", "model_input_names": inputs}


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
