"""What people would use instead of tipscan, and the floors below which no such tool can go, behind one protocol.

A system is prepared once in a folder, which is not measured; it is then loaded from there in a process of its own, and
takes a stream of texts to a stream of results. Networks of others have random weights, for speed does not ask what the
weights are; all neural systems read the tokenizer of the accurate bundle.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

Run = Callable[[Iterable[str]], Iterator[Any]]
#: Texts that systems with a batch interface are handed at a time.
BATCH = 32
MAX_TOKENS = 512
#: Texts that the trained peers learn from, and the rounds of the one that learns in rounds.
LEARNED, ROUNDS = 1000, 3
#: The products, and what makes int8 of what flows into them.
PRODUCTS = ("DynamicQuantizeLinear", "MatMulIntegerToFloat")


@dataclass(frozen=True, slots=True)
class System:
    """One system to measure.

    Attributes:
        title: What the report calls it.
        load: From the folder of the run to what scores a stream of texts.
        prepare: Writes what ``load`` reads, with ``texts.json`` in the folder already.
        needs: Packages that must be there.
    """

    title: str
    load: Callable[[Path], Run]
    prepare: Callable[[Path], None] | None = None
    needs: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        return [name for name in self.needs if find_spec(name) is None]


def chunks(texts: Iterable[str], size: int = BATCH) -> Iterator[list[str]]:
    stream = iter(texts)
    while chunk := list(islice(stream, size)):
        yield chunk


def tipscan_tier(tier: str, _: Path) -> Run:
    from tipscan import Scanner

    return Scanner(tier=tier).scan_many


def extractors(_: Path) -> Run:
    """Language and entities without rules and networks: what to hold Presidio against."""
    from tipscan.entities import extract
    from tipscan.text import identify, normalize

    def run(texts: Iterable[str]) -> Iterator[Any]:
        for text in map(normalize, texts):
            yield extract(text, identify(text.text).code)

    return run


def _bundle() -> Any:
    from tipscan.classify import Bundle

    return Bundle.load()


def _save_network(model: Any, folder: Path) -> None:
    from transformers import PreTrainedTokenizerFast

    names = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    path = str(_bundle().path / "tokenizer.json")
    PreTrainedTokenizerFast(tokenizer_file=path, model_max_length=MAX_TOKENS, **names).save_pretrained(folder)
    model.save_pretrained(folder)


def prepare_encoder(folder: Path) -> None:
    """A BERT of the shape of the accurate tier's network."""
    from transformers import BertConfig, BertForSequenceClassification

    manifest = _bundle().manifest
    config = BertConfig(
        vocab_size=manifest["vocabulary"],
        hidden_size=384,
        intermediate_size=1536,
        pad_token_id=1,
        num_labels=len(manifest["outputs"]),
    )
    _save_network(BertForSequenceClassification(config), folder / "encoder")


def encoder(folder: Path) -> Run:
    """The pipeline of transformers as its documentation shows it, with batches of 32 padded texts."""
    from transformers import pipeline

    path = str(folder / "encoder")
    classify = pipeline("text-classification", model=path, tokenizer=path, top_k=None, function_to_apply="sigmoid")

    def run(texts: Iterable[str]) -> Iterator[Any]:
        stream = (text for text in texts)  # it takes generators one by one, other iterators as one text
        return iter(classify(stream, batch_size=BATCH, truncation=True))

    return run


def prepare_xlmr(folder: Path) -> None:
    """An XLM-R base, but for its vocabulary: 65,000 instead of 250,002 rows to look up, which costs it no time."""
    from transformers import XLMRobertaConfig, XLMRobertaForSequenceClassification

    config = XLMRobertaConfig(
        vocab_size=_bundle().manifest["vocabulary"],
        max_position_embeddings=MAX_TOKENS + 2,
        type_vocab_size=1,
        num_labels=7,
    )
    _save_network(XLMRobertaForSequenceClassification(config), folder / "xlmr")


def xlmr(folder: Path) -> Run:
    """One text at a time, as Detoxify's ``predict`` does."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder / "xlmr")
    model = AutoModelForSequenceClassification.from_pretrained(folder / "xlmr").eval()

    def run(texts: Iterable[str]) -> Iterator[Any]:
        for text in texts:
            with torch.no_grad():
                inputs = tokenizer(text, return_tensors="pt", truncation=True, padding=True)
                yield torch.sigmoid(model(**inputs).logits).numpy()

    return run


def _lesson() -> tuple[list[str], list[int]]:
    """Texts with labels for peers that have to learn something. What they learn is of no account here."""
    from evaluation.mixes import messages

    texts = list(islice(messages(), LEARNED))
    return texts, [number % 2 for number in range(len(texts))]


def _vectorizer(**options: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer="char", ngram_range=(1, 5), sublinear_tf=True, **options)


def prepare_tfidf(folder: Path) -> None:
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    texts, labels = _lesson()
    vectorizer = _vectorizer(min_df=2, max_features=200_000)
    model = LogisticRegression(max_iter=50, C=10).fit(vectorizer.fit_transform(texts), labels)
    vocabulary = {gram: int(place) for gram, place in vectorizer.vocabulary_.items()}
    (folder / "tfidf.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    np.savez(folder / "tfidf.npz", idf=vectorizer.idf_, coef=model.coef_, intercept=model.intercept_)


def tfidf(folder: Path) -> Run:
    """Characters by one to five, logistic regression; a batch at a time."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    values = np.load(folder / "tfidf.npz")
    vectorizer = _vectorizer(vocabulary=json.loads((folder / "tfidf.json").read_text(encoding="utf-8")))
    vectorizer.idf_ = values["idf"]
    model = LogisticRegression()
    model.coef_, model.intercept_, model.classes_ = values["coef"], values["intercept"], np.array([0, 1])

    def run(texts: Iterable[str]) -> Iterator[Any]:
        for chunk in chunks(texts):
            yield from model.predict_proba(vectorizer.transform(chunk))

    return run


def prepare_textcat(folder: Path) -> None:
    import spacy
    from spacy.training import Example

    nlp = spacy.blank("xx")
    nlp.add_pipe("textcat")
    pairs = zip(*(part[: LEARNED // 5] for part in _lesson()), strict=True)
    examples = [
        Example.from_dict(nlp.make_doc(text), {"cats": {"lure": float(label), "ordinary": 1.0 - label}})
        for text, label in pairs
    ]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(ROUNDS):
        nlp.update(examples[:BATCH], sgd=optimizer)
    nlp.to_disk(folder / "textcat")


def textcat(folder: Path) -> Run:
    import spacy

    return spacy.load(folder / "textcat").pipe


def presidio(_: Path) -> Run:
    """Presidio's patterns for contacts and wallets, without a language model: its named entities are left out."""
    import spacy
    import tldextract.tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    # Its list of public suffixes would otherwise be fetched from the network on first use.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    engine.nlp = {"en": spacy.blank("en")}
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    kinds = ["PHONE_NUMBER", "EMAIL_ADDRESS", "URL", "CRYPTO"]

    def run(texts: Iterable[str]) -> Iterator[Any]:
        for text in texts:
            yield analyzer.analyze(text, language="en", entities=kinds)

    return run


def tokenization(_: Path) -> Run:
    """The tokenizer of the network and nothing else, on all cores."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(_bundle().path / "tokenizer.json"))

    def run(texts: Iterable[str]) -> Iterator[Any]:
        for chunk in chunks(texts):
            yield from tokenizer.encode_batch(chunk, add_special_tokens=False)

    return run


def prepare_products(folder: Path) -> None:
    """The matrix products of the network as a graph, and how many tokens each text has."""
    import onnx
    from tokenizers import Tokenizer

    bundle = _bundle()
    onnx.save(products_graph(onnx.load(bundle.path / "model.onnx")), folder / "products.onnx")
    tokenizer = Tokenizer.from_file(str(bundle.path / "tokenizer.json"))
    texts = [text for mix in json.loads((folder / "texts.json").read_text(encoding="utf-8")).values() for text in mix]
    counts = {text: len(tokenizer.encode(text, add_special_tokens=False)) for text in texts}
    (folder / "tokens.json").write_text(json.dumps(counts), encoding="utf-8")


def products_graph(model: Any) -> Any:
    """The quantized matrix products of a bundle's graph, each fed by the one before.

    One light normalization a layer stands between them, because the numbers would leave the range of floats without.
    """
    from onnx import TensorProto, helper

    graph = model.graph
    width = next(tensor.dims[0] for tensor in graph.initializer if tensor.name.endswith("query.weight"))
    nodes: list[Any] = []
    last, shared = "states", []
    for number, node in enumerate(node for node in graph.node if node.op_type in PRODUCTS):
        copy = type(node)()
        copy.CopyFrom(node)
        if node.op_type == "DynamicQuantizeLinear":
            if len(shared) > 1:  # queries, keys and values; what nothing reads would not be computed
                nodes.append(helper.make_node("Sum", shared, [f"sum.{number}"]))
                nodes.append(
                    helper.make_node("SimplifiedLayerNormalization", [f"sum.{number}", "ones"], [f"normal.{number}"])
                )
                last = f"normal.{number}"
            copy.input[0], shared = last, []
        else:
            copy.output[0] = last = f"product.{number}"
            shared.append(last)
        nodes.append(copy)
    used = {name for node in nodes for name in node.input}
    weights = [tensor for tensor in graph.initializer if tensor.name in used]
    weights.append(helper.make_tensor("ones", TensorProto.FLOAT, [width], [1.0] * width))
    shape = [1, "tokens", width]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("states", last)]
    chain = helper.make_graph(nodes, "products", ends[:1], ends[1:], weights)
    return helper.make_model(chain, opset_imports=model.opset_import, ir_version=model.ir_version)


def products(folder: Path) -> Run:
    """The matrix products alone, for as many tokens as each text has, one thread a worker as in tipscan."""
    import numpy as np
    import onnxruntime

    from tipscan.classify.classifier import windows

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / "products.onnx"), options, providers=["CPUExecutionProvider"])
    tokens = json.loads((folder / "tokens.json").read_text(encoding="utf-8"))
    width, size = session.get_inputs()[0].shape[2], _bundle().manifest["window"]
    states = np.random.default_rng(1).standard_normal((1, size + 2, width), dtype=np.float32)

    def one(text: str) -> None:
        for start, end in windows(tokens[text], size):
            session.run(None, {"states": states[:, : end - start + 2]})

    def run(texts: Iterable[str]) -> Iterator[Any]:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for chunk in chunks(texts, 2 * BATCH):
                yield from pool.map(one, chunk)

    return run


TORCH = ("torch", "transformers")
SYSTEMS = {
    "fast": System("tipscan fast", partial(tipscan_tier, "fast")),
    "auto": System("tipscan auto", partial(tipscan_tier, "auto")),
    "accurate": System("tipscan accurate", partial(tipscan_tier, "accurate")),
    "encoder": System("the same encoder in transformers, padded batches of 32", encoder, prepare_encoder, TORCH),
    "xlmr": System("XLM-R base, one by one", xlmr, prepare_xlmr, TORCH),
    "tfidf": System("TF-IDF of characters + logistic regression", tfidf, prepare_tfidf, ("sklearn",)),
    "textcat": System("spaCy textcat", textcat, prepare_textcat, ("spacy",)),
    "extractors": System("tipscan's extractors alone", extractors),
    "presidio": System("Presidio's patterns for contacts", presidio, None, ("presidio_analyzer", "spacy")),
    "tokenization": System("floor: tokenization", tokenization),
    "products": System("floor: int8 matrix products", products, prepare_products, ("onnx",)),
}
