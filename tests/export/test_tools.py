"""Round trips through the files of every tool: what goes out comes back, and in the tool's own unit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipscan.errors import InputError
from tipscan.export import FORMATS, Annotated, Span, export, load
from tipscan.export.annotated import documents
from tipscan.export.units import Utf16, tokens
from tipscan.export.webanno import to_tsv

EMOJI = "🚨🚨 Pay $200 👩‍💻 first,\nthen \U0001f468\u200d\U0001f469 fly.\r\n\n  Passport kept 𝓼𝓪𝓯𝓮\tby us_now|[x]\\ *\n"
KHMER = "📣 ត្រូវការកម្មករសំណង់ ២០នាក់ ទៅធ្វើការនៅរ៉ាយ៉ង ប្រទេសថៃ។\nប៉ាស្ព័រថៅកែទុក បងទុកតែថតចម្លង។ 012 555 0142"


def spans(text: str, **quotes: str) -> tuple[Span, ...]:
    """Spans of quotes, by code with ``__`` for the dot."""
    return tuple(
        sorted(
            Span(text.index(quote), text.index(quote) + len(quote), code.replace("__", "."))
            for code, quote in quotes.items()
        )
    )


ITEMS = (
    Annotated(
        "ad/1 🚨",
        EMOJI,
        spans(
            EMOJI,
            FEE__upfront="Pay $200",
            PRESSURE__urgency="🚨 Pay",
            TRAVEL__escorted="first,\nthen \U0001f468\u200d\U0001f469 fly",
            DOC__passport_kept="port kept 𝓼𝓪",
            CONTACT__chat_only="us_now|[x]\\ *",
        ),
        "deceptive",
        ("forced_labour", "advance_fee"),
    ),
    Annotated(
        ".km", KHMER, spans(KHMER, DOC__passport_kept="ប៉ាស្ព័រថៅកែទុក", ROLE__vague="កម្មករ"), "unsure", ("forced_labour",)
    ),
    Annotated("3", "Nothing to see. 😊", (), "ordinary"),
    Annotated("4", "e"),
)
ROW = {
    "id": 7,
    "risk": 0.9,
    "decision": "flag",
    "schemes": {"forced_labour": 0.8, "task_scam": 0.2},
    "indicators": [
        {"code": "DOC.passport_kept", "start": 2, "end": 10, "text": "passport", "weight": 1.5, "source": "rule"},
        {"code": "MODEL.phrase", "start": 0, "end": 4, "text": "😊 pa", "weight": 0.4, "source": "model"},
    ],
    "model": {"name": "fake", "version": "1"},
    "text": "😊 passport kept",
}


def written(items: tuple[Annotated, ...], to: str, folder: Path) -> Path:
    path = folder / ("out" if FORMATS[to].folder else "out.json")
    FORMATS[to].write(items, path)
    return path


def views(items: Any) -> list[tuple[Any, ...]]:
    """What a round trip has to keep, in the order of the ids."""
    plain = [
        (item.id, item.text, [(s.start, s.end, s.code) for s in item.spans], item.label, item.schemes) for item in items
    ]
    return sorted(plain)


@pytest.mark.parametrize("to", FORMATS)
def test_round_trip(to: str, tmp_path: Path) -> None:
    """Texts with emoji, Khmer, tabs, carriage returns and line breaks come back with every span, label and scheme."""
    assert views(load(written(ITEMS, to, tmp_path), to)) == views(ITEMS)


@pytest.mark.parametrize("to", sorted(set(FORMATS) - {"labelstudio"}))
def test_annotators_are_kept(to: str, tmp_path: Path) -> None:
    """Two versions of one text stay two, each under its name."""
    versions = tuple(
        Annotated("1", "a b", (Span(0, 1, code),), None, (), who) for code, who in (("A.x", "ann"), ("B.y", "bo"))
    )
    back = sorted(load(written(versions, to, tmp_path), to), key=lambda item: str(item.annotator))
    assert [(item.annotator, item.id, item.spans) for item in back] == [(i.annotator, "1", i.spans) for i in versions]


LINES = st.text(st.sampled_from("ab ,.\n\r\t😊កខា្៖_|[]\\*-> \u2028\x1c"), max_size=40)


@given(LINES, st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)), max_size=4))
def test_round_trip_of_any_text(
    tmp_path_factory: pytest.TempPathFactory, body: str, places: list[tuple[int, int]]
) -> None:
    """Any text that begins with a word and any spans that do not begin or end in white space survive every tool."""
    text = f"x{body}"
    fits = {(start, min(start + size, len(text))) for start, size in places if start < len(text)}
    kept = {(s, e) for s, e in fits if not text[s].isspace() and not text[e - 1].isspace()}
    item = Annotated("1", text, tuple(Span(s, e, "FEE.upfront") for s, e in sorted(kept)), "deceptive")
    for to in FORMATS:
        back = list(load(written((item,), to, tmp_path_factory.mktemp("t")), to))
        assert views(back) == views([item]), to


@given(LINES)
def test_utf16_units(text: str) -> None:
    """Units are those of Java and JavaScript, at every place, and lead back."""
    units = Utf16(text)
    for point in range(len(text) + 1):
        assert units.units(point) == len(text[:point].encode("utf-16-le")) // 2
        assert units.points(units.units(point)) == point


@given(LINES, st.sets(st.integers(0, 40)))
def test_tokens_cover_the_text(text: str, cuts: set[int]) -> None:
    """Tokens follow each other without a gap, white space never shares one, and every cut is a border."""
    found = tokens(text, cuts)
    assert "".join(text[token.start : token.end] for token in found) == text
    assert all(token.start < token.end for token in found)
    assert all(token.white == text[token.start : token.end].isspace() for token in found)
    assert {cut for cut in cuts if 0 < cut < len(text)} <= {token.start for token in found}


def test_khmer_is_cut_between_letters() -> None:
    """A Khmer letter keeps its marks and the consonant below it; English words stay whole."""
    text = "ខ្មែរ job's"
    assert [text[t.start : t.end] for t in tokens(text)] == ["ខ្មែ", "រ", " ", "job", "'", "s"]


def test_a_scored_row_becomes_a_proposal() -> None:
    """Signs of rules, a label after the decision, likely schemes; what the model marked by itself is left out."""
    [item] = documents(ROW)
    assert item == Annotated(
        "7",
        "😊 passport kept",
        (Span(2, 10, "DOC.passport_kept", 0.8176),),
        "deceptive",
        ("forced_labour",),
        score=0.9,
        model="fake 1",
    )


def test_rows_without_a_text_are_counted(tmp_path: Path) -> None:
    """They are left out, and the summary says so."""
    done = export([ROW, {"id": 8, "text": None}], "doccano", tmp_path / "out.jsonl")
    assert str(done) == "1 texts written, 1 rows without a text left out"


def test_label_studio_offsets_are_code_points(tmp_path: Path) -> None:
    """The emoji before the sign counts as one; the score of the span and the risk are there."""
    export([ROW], "labelstudio", tmp_path / "tasks.json")
    [task] = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    [prediction] = task["predictions"]
    assert prediction["result"][0]["value"] == {
        "start": 2,
        "end": 10,
        "text": "passport",
        "labels": ["DOC.passport_kept"],
    }
    assert (prediction["score"], prediction["result"][0]["score"], prediction["model_version"]) == (
        0.9,
        0.8176,
        "fake 1",
    )


def exported(path: Path, *regions: dict[str, Any], **annotation: Any) -> Path:
    """A JSON export of Label Studio with one annotation of ``😊 pay first``."""
    result = [{"from_name": "signs", "to_name": "text", "type": "labels", "value": region} for region in regions]
    task = {
        "id": 5,
        "data": {"text": "😊 pay\nfirst"},
        "annotations": [{"result": result, **annotation}],
        "predictions": [],
    }
    path.write_text(json.dumps([task]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (2, 5, "pay"),
        (3, 6, "pay"),  # as Label Studio before 1.4 counted
        (2, 11, "pay\\nfirst"),  # as the editor writes a line break
        (3, 12, "pay\\nfirst"),
    ],
)
def test_label_studio_export(tmp_path: Path, start: int, end: int, text: str) -> None:
    """Both units are read, told apart by the text stored with the span; the annotator is the one who completed it."""
    path = exported(
        tmp_path / "e.json", {"start": start, "end": end, "text": text, "labels": ["FEE.upfront"]}, completed_by=3
    )
    [item] = load(path, "labelstudio")
    assert item.text[item.spans[0].start : item.spans[0].end] == text.replace("\\n", "\n")
    assert (item.id, item.annotator) == ("5", "3")


def test_label_studio_cancelled_annotations_are_none(tmp_path: Path) -> None:
    """A skipped task is no annotation, nor are the predictions of an export."""
    assert list(load(exported(tmp_path / "e.json", was_cancelled=True), "labelstudio")) == []


def test_label_studio_takes_the_tasks() -> None:
    """Label Studio's own checks accept the configuration, the tasks and the predictions."""
    sdk = pytest.importorskip("label_studio_sdk.label_interface")
    from tipscan.export.labelstudio import _task, config

    interface = sdk.LabelInterface(config())
    interface.validate()
    for item in ITEMS[:3]:
        [prediction] = _task([item])["predictions"]
        assert interface.validate_prediction(prediction, return_errors=True) == []


def test_label_studio_converter_finds_the_spans(tmp_path: Path) -> None:
    """Label Studio's converter to CoNLL tags the very words that the spans cover, emoji before them or not."""
    converter = pytest.importorskip("label_studio_sdk.converter")
    from tipscan.export.labelstudio import _task, config

    text = "😊 😊 hand over your passport today"
    item = Annotated("1", text, spans(text, DOC__passport_kept="passport"))
    task = _task([item])
    task = {"id": 1, "data": task["data"], "annotations": [{"id": 1, "result": task["predictions"][0]["result"]}]}
    (tmp_path / "in.json").write_text(json.dumps([task]), encoding="utf-8")
    made = converter.Converter(config(), project_dir=str(tmp_path))
    made.convert_to_conll2003(str(tmp_path / "in.json"), str(tmp_path / "out"), is_dir=False)
    lines = (tmp_path / "out" / "result.conll").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "DOC." in line] == ["passport -X- _ B-DOC.passport_kept"]


def test_prodigy_tokens(tmp_path: Path) -> None:
    """Tokens give the text again, a span names its first and its last token, and code points count."""
    path = written(ITEMS, "prodigy", tmp_path)
    for line, item in zip(path.read_text(encoding="utf-8").splitlines(), ITEMS, strict=True):
        task = json.loads(line)
        pieces = task["tokens"]
        assert "".join(piece["text"] + " " * piece["ws"] for piece in pieces) == item.text
        assert all(item.text[piece["start"] : piece["end"]] == piece["text"] for piece in pieces)
        for span in task["spans"]:
            assert (pieces[span["token_start"]]["start"], pieces[span["token_end"]]["end"]) == (
                span["start"],
                span["end"],
            )


def test_prodigy_leaves_rejected_examples_out(tmp_path: Path) -> None:
    """Only what was accepted is an annotation."""
    lines = [
        {"text": "a", "_input_hash": n, "answer": answer} for n, answer in enumerate(("accept", "reject", "ignore"))
    ]
    (tmp_path / "p.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert [item.id for item in load(tmp_path / "p.jsonl", "prodigy")] == ["0"]


def test_doccano_exports_of_each_project(tmp_path: Path) -> None:
    """Sequence labelling has lists under ``label``, relations have objects; the file is named after its annotator."""
    rows = [
        {"id": 1, "text": "😊 pay", "label": [[2, 5, "FEE.upfront"]], "Comments": []},
        {
            "id": 2,
            "text": "😊 pay",
            "entities": [{"id": 9, "label": "FEE.upfront", "start_offset": 2, "end_offset": 5}],
        },
    ]
    (tmp_path / "ann.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert [(i.annotator, i.spans) for i in load(tmp_path, "doccano")] == [("ann", (Span(2, 5, "FEE.upfront"),))] * 2


def test_brat_lines(tmp_path: Path) -> None:
    """A span over a line break is in fragments, its quote on one line joined by spaces; offsets are code points."""
    path = written((Annotated("a b", "😊 pay\nfirst", (Span(2, 11, "FEE.upfront"),), "deceptive"),), "brat", tmp_path)
    assert (path / "a b.ann").read_text(encoding="utf-8") == (
        "T1\tLABEL_deceptive 0 1\t😊\nT2\tFEE_upfront 2 5;6 11\tpay first\n"
    )
    assert (path / "a b.txt").read_bytes() == "😊 pay\nfirst".encode()
    types = (path / "annotation.conf").read_text(encoding="utf-8").splitlines()
    assert {"LABEL_deceptive", "FEE_upfront", "DOC_passport_kept"} <= set(types)


def test_a_byte_order_mark_in_a_text_stays_in_brat(tmp_path: Path) -> None:
    """Places count from the first character of the file, whichever it is."""
    item = Annotated("a", "\ufeffpay first", (Span(1, 4, "FEE.upfront"),), "deceptive")
    [again] = load(written((item,), "brat", tmp_path), "brat")
    assert (again.text, again.spans[0].start, again.spans[0].end) == (item.text, 1, 4)


def test_brat_discontinuous_annotations(tmp_path: Path) -> None:
    """Fragments with words between them are signs of their own; notes and attributes are passed over."""
    (tmp_path / "1.txt").write_text("keep the passport", encoding="utf-8")
    ann = "T1\tDOC_passport_kept 0 4;9 17\tkeep passport\n#1\tAnnotatorNotes T1\thm\nA1\tSure T1\n"
    (tmp_path / "1.ann").write_text(ann, encoding="utf-8")
    [item] = load(tmp_path, "brat")
    assert item.spans == (Span(0, 4, "DOC.passport_kept"), Span(9, 17, "DOC.passport_kept"))


LAYER = "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|value"


def test_webanno_file() -> None:
    """Offsets are UTF-16 units, lines are sentences, shared and long annotations are numbered, codes are escaped."""
    item = Annotated("1", "I like 😊 .\nPay\tup", (Span(7, 8, "A.x_y"), Span(10, 16, "B.z")), "ordinary")
    assert to_tsv(item) == (
        f"#FORMAT=WebAnno TSV 3.3\n{LAYER}\n\n"
        "\n#Text=I like 😊 .\n"
        "1-1\t0-1\tI\tLABEL.ordinary\t\n"
        "1-2\t2-6\tlike\t_\t\n"
        "1-3\t7-9\t😊\tA.x\\_y\t\n"
        "1-4\t10-11\t.\t_\t\n"
        "\n#Text=Pay\\tup\n"
        "2-1\t12-15\tPay\tB.z[1]\t\n"
        "2-2\t16-18\tup\t_\t\n"
    ).replace("2-2\t16-18\tup\t_", "2-2\t16-17\tu\tB.z[1]\t\n2-3\t17-18\tp\t_")


def test_webanno_as_inception_writes_it(tmp_path: Path) -> None:
    """Other layers, sub-tokens, sentence ids, several lines a sentence and numbered annotations are read."""
    (tmp_path / "ad 1.tsv").mkdir()
    (tmp_path / "ad 1.tsv" / "ann.tsv").write_text(
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Other|a|b\n"
        "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value\n\n\n"
        "#Sentence.id=s1\n#Text=I like it 😊\n#Text=a lot .\n"
        "1-1\t0-1\tI\tx\t_\t_\t_\t\n"
        "1-2\t2-6\tlike\t_\t_\t*[1]|*[2]\tA.x[1]|B.y[2]\t\n"
        "1-3\t7-9\tit\t_\t_\t*[1]\tA.x[1]\t\n"
        "1-4\t10-12\t😊\t_\t_\t_\t_\t\n"
        "1-5\t13-14\ta\t_\t_\t_\t_\t\n"
        "1-6\t15-18\tlot\t_\t_\t_\t_\t\n1-6.1\t15-17\tlo\t_\t_\t*\tC.z\t\n"
        "1-7\t19-20\t.\t_\t_\t_\t_\t\n\n"
        "#Text=Yes\n2-1\t22-25\tYes\t_\t_\t_\t_\t\n",
        encoding="utf-8",
    )
    [item] = load(tmp_path, "webanno")
    assert (item.id, item.annotator, item.text) == ("ad 1", "ann", "I like it 😊\na lot .\n Yes")
    assert item.spans == (Span(2, 6, "B.y"), Span(2, 9, "A.x"), Span(14, 16, "C.z"))


FAULTS = [
    ("labelstudio", "x", "not JSON"),
    ("labelstudio", '[{"id": 1, "text": "a"}]', "task 1: no task with data"),
    ("doccano", '{"id": 1}', "line 1: not doccano's"),
    ("doccano", "[]", "line 1: not a JSON object"),
    ("doccano", '{"id": 1, "text": "ab", "label": [[0, 3, "A.x"]]}', "A.x at 0-3 is empty or lies outside the text"),
    ("doccano", '{"id": 1, "text": "ab", "cats": ["LABEL.unsure", "LABEL.ordinary"]}', "2 labels for one text"),
    ("prodigy", '{"text": "a"}', "line 1: not Prodigy's"),
    ("webanno", "1-1\t0-1\ta\t_\t", "not WebAnno TSV 3"),
    ("webanno", "#FORMAT=WebAnno TSV 3.3\n#T_SP=x.Y|z\n", "no layer .*NamedEntity, only x.Y"),
    (
        "webanno",
        f"#FORMAT=WebAnno TSV 3.3\n{LAYER}\n\n\n#Text=a\n1-1\t0-1\ta\t*\t",
        "line 6: an annotation without a value",
    ),
]


@pytest.mark.parametrize(("tool", "content", "message"), FAULTS)
def test_faults_name_the_place(tmp_path: Path, tool: str, content: str, message: str) -> None:
    """A file that is not the tool's is refused, and the message says where and why."""
    path = tmp_path / "f.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        list(load(path, tool))


@pytest.mark.parametrize("to", ["brat", "webanno"])
def test_folders_are_not_written_over(tmp_path: Path, to: str) -> None:
    """Neither a folder with files in it nor a text by another of the same id."""
    with pytest.raises(InputError, match="two texts have the same id"):
        FORMATS[to].write([ITEMS[3], ITEMS[3]], tmp_path / "new")
    with pytest.raises(InputError, match="not empty"):
        FORMATS[to].write(ITEMS, tmp_path / "new")


def test_an_unknown_format_is_named(tmp_path: Path) -> None:
    """With the ones there are."""
    with pytest.raises(InputError, match="no format 'stix', only labelstudio, "):
        export([ROW], "stix", tmp_path / "x")
