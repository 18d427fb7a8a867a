"""Files as Moodle, TAO and others really write them, by hand from the formats' documentation."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from sanggar.interchange import exchange
from sanggar.interchange.model import Imported
from sanggar.plugin.items import Item

from .conftest import PICTURE

pytestmark = pytest.mark.once

GIFT = """$CATEGORY: $course$/Fotografi

// question: 1  name: Rana
::Rana::[html]<p>Rana <b>1/1000 s</b> dipakai untuk\\:</p>{
\t=<p>membekukan gerak</p>#<p>Betul.</p>
\t~<p>memburamkan gerak</p>#Terbalik.
\t~%50%mengatur <i>kedalaman ruang</i>
}

ISO 100 lebih bersih daripada ISO 6400.{T#Salah baca.#Betul.}

::Dua unsur::Pilih dua unsur segitiga eksposur. {~%50%ISO ~%50%rana ~%-50%resolusi ~%-50%zoom}

Ibu kota Jawa Timur ialah {=Surabaya =%50%Sidoarjo =Kota Surabaya} di pesisir utara.

::Bleed::Berapa mm bleed paling sedikit? {#3:0.5#Lebih aman 5.}

::Selain::Berapa sisi dadu? {#6:0~#Hitung lagi.}

::Rentang::Sebutkan angka 1 sampai 5. {#1..5}

::Tahun::Kapan? {#=1822:0 =%50%1822:2}

::Pasang::Pasangkan. {=f/1.8 -> kedalaman dangkal =f/16 -> kedalaman luas = -> tidak berubah####Angka kecil berarti bukaan besar.}

::Esai::Ceritakan satu proyek Anda. {}

Catatan saja, tanpa jawaban.

::Rusak::Kurung tidak ditutup {=a ~b

::Liar::Alat pelembut cahaya? {=*fuser}

// [id:PHO-Q90] [tag:area=PHO-02] [tag:level=apply] [tag:lain]
::Bertanda::[markdown]Nilai **f/8** \\= ? {=sedang ~besar}
"""


def by_name(done: Imported) -> dict[str, Item]:
    return {entry.name: entry.item for entry in done.entries}


def test_gift_with_everything_it_has() -> None:
    done = exchange.read(GIFT.encode(), "bank.gift", area="PHO-01", level="understand")
    items = by_name(done)
    assert items["Rana"].stem.id == "Rana **1/1000 s** dipakai untuk:"
    assert items["Rana"].options[0].feedback is not None
    assert [o.text.id for o in items["Rana"].options][2] == "mengatur *kedalaman ruang*"
    assert items["question 2"].type == "truefalse"
    assert items["question 2"].options[0].key
    assert items["Dua unsur"].params == {"credit": "partial"}
    assert items["question 4"].answers == {"id": ("Surabaya", "Kota Surabaya")}
    assert "_____" in items["question 4"].stem.id.replace("\\", "")
    assert items["Bleed"].params == {"value": "3", "tolerance": "0.5", "unit": ""}
    assert items["Rentang"].params == {"value": "3", "tolerance": "2", "unit": ""}
    assert [o.text.id for o in items["Pasang"].options][-1] == "tidak berubah"
    assert items["Pasang"].explanation.id == "Angka kecil berarti bukaan besar."
    assert items["Esai"].type == "essay"
    assert (items["Bertanda"].id, items["Bertanda"].area) == ("PHO-Q90", "PHO-02")
    refused = {refusal.name: refusal for refusal in done.refused}
    assert "description" in refused["question 11"].reason
    assert "not closed" in refused["Rusak"].reason
    assert GIFT.split("\n")[refused["Rusak"].line - 1].startswith("::Rusak::")
    assert "wildcard" in refused["Liar"].reason
    lost = [(loss.name, loss.what) for loss in done.lost]
    assert ("Rana", "option 3 is worth 50 % in the file, nothing here: one key counts") in lost
    assert any(name == "Tahun" and "50 %" in what for name, what in lost)
    assert (
        "category '$course$/Fotografi'",
        "line 1: not a question: categories are not kept",
    ) in lost
    assert items["Selain"].params == {"value": "6", "tolerance": "0", "unit": ""}
    assert ("Selain", "the feedback for a wrong answer: 'Hitung lagi.'") in lost
    assert len(done.entries) + len(done.refused) == 14


def test_aiken_faults_have_their_line() -> None:
    text = (
        "Apa itu ISO?\nA. Kepekaan sensor\nB) Ukuran berkas\nANSWER: A\n\n"
        "Apa itu rana?\nA. Tirai\nC. Lensa\nANSWER: A\n\n"
        "Apa itu f/8?\nA. Bukaan\nB. Rana\nANSWER: D\n\n"
        "Baris pilihan kecil?\nA. ya\nb. tidak\nANSWER: A\n\nTanpa jawaban?\nA. ya\nB. tidak\n"
    )
    done = exchange.read(text.encode(), "bank.txt")
    assert [entry.item.stem.id for entry in done.entries] == ["Apa itu ISO?"]
    assert [(r.name, r.line) for r in done.refused] == [
        ("question 2", 8), ("question 3", 14), ("question 4", 18), ("question 5", 21),
    ]  # fmt: skip
    assert "should be B" in done.refused[0].reason
    notes = done.entries[0].notes
    assert any("area" in note for note in notes)
    assert any("explanation" in note for note in notes)


PNG = base64.b64encode(
    b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x02\x08\x02\x00\x00\x00"
).decode()
MOODLE = f"""<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<!-- question: 0  -->
<question type="category"><category><text>$course$/top/Foto</text></category></question>
<question type="multichoice">
  <name><text>Rana &amp; gerak</text></name>
  <questiontext format="html"><text><![CDATA[<p dir="ltr">Lihat <img src="@@PLUGINFILE@@/Foto%201.png" alt="air terjun"> lalu pilih.</p><script>x</script>]]></text>
    <file name="Foto 1.png" path="/" encoding="base64">{PNG}</file></questiontext>
  <generalfeedback format="html"><text><![CDATA[<p>Rana lambat memburamkan.</p>]]></text></generalfeedback>
  <defaultgrade>2.0000000</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden><idnumber>FOTO-7</idnumber>
  <single>true</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>
  <correctfeedback format="html"><text>Your answer is correct.</text></correctfeedback>
  <answer fraction="100" format="html"><text><![CDATA[<p>1/4 s</p>]]></text><feedback format="html"><text>Ya</text></feedback></answer>
  <answer fraction="0" format="html"><text><![CDATA[<p>1/4000 s</p>]]></text><feedback format="html"><text></text></feedback></answer>
  <tags><tag><text>area=PHO-01</text></tag><tag><text>musim-1</text></tag></tags>
</question>
<question type="numerical"><name><text>Bleed</text></name><questiontext format="html"><text>Berapa bleed?</text></questiontext>
  <answer fraction="100" format="moodle_auto_format"><text>3</text><feedback format="html"><text></text></feedback><tolerance>0.5</tolerance></answer>
  <units><unit><multiplier>1</multiplier><unit_name>mm</unit_name></unit><unit><multiplier>0.1</multiplier><unit_name>cm</unit_name></unit></units>
</question>
<question type="cloze"><name><text>Isian</text></name>
  <questiontext format="html"><text><![CDATA[<p>{{1:SHORTANSWER:=Surabaya#ya~%50%Sidoarjo}} ada di {{2:MULTICHOICE:=Jawa~Bali~Sumatra}}, {{:NM:=5:0.1}} jam dari Malang.</p>]]></text></questiontext>
</question>
<question type="calculated"><name><text>PPN</text></name><questiontext format="html"><text>Harga {{a}}, PPN {{b}} %. Total? ({{={{a}}*2}})</text></questiontext>
  <answer fraction="100"><text>{{a}}*(1+{{b}}/100)</text><tolerance>0.01</tolerance><tolerancetype>2</tolerancetype></answer>
  <dataset_definitions>
   <dataset_definition><name><text>a</text></name><distribution><text>uniform</text></distribution><minimum><text>1000</text></minimum><maximum><text>2000</text></maximum><decimals><text>0</text></decimals></dataset_definition>
   <dataset_definition><name><text>b</text></name><distribution><text>uniform</text></distribution><minimum><text>10</text></minimum><maximum><text>12</text></maximum><decimals><text>0</text></decimals></dataset_definition>
  </dataset_definitions></question>
<question type="calculated"><name><text>Jahat</text></name><questiontext format="html"><text>{{a}}?</text></questiontext>
  <answer fraction="100"><text>__import__('os').system('id')</text><tolerance>0</tolerance><tolerancetype>2</tolerancetype></answer>
  <dataset_definitions><dataset_definition><name><text>a</text></name><minimum><text>1</text></minimum><maximum><text>2</text></maximum><decimals><text>0</text></decimals></dataset_definition></dataset_definitions></question>
<question type="truefalse"><name><text>BS</text></name><questiontext format="plain_text"><text>2 &lt; 3 *pasti*?</text></questiontext>
  <answer fraction="0" format="moodle_auto_format"><text>true</text><feedback><text>hm</text></feedback></answer>
  <answer fraction="100" format="moodle_auto_format"><text>false</text></answer></question>
<question type="matching"><name><text>Pasang</text></name><questiontext format="html"><text>Pasangkan</text></questiontext>
  <subquestion format="html"><text>f/1.8</text><answer><text>dangkal</text></answer></subquestion>
  <subquestion format="html"><text>f/16</text><answer><text>luas</text></answer></subquestion>
  <subquestion format="html"><text></text><answer><text>tetap</text></answer></subquestion></question>
<question type="essay"><name><text>Unggah</text></name><questiontext format="html"><text>Kirim foto</text></questiontext>
  <responseformat>noinline</responseformat><attachments>3</attachments><filetypeslist>.jpg,.png</filetypeslist></question>
<question type="ddmarker"><name><text>Seret</text></name><questiontext format="html"><text>Seret</text></questiontext></question>
<question type="description"><name><text>Info</text></name><questiontext format="html"><text>Baca</text></questiontext></question>
<question type="multichoice"><name><text>Dua kunci</text></name><questiontext format="html"><text>?</text></questiontext><single>true</single>
  <answer fraction="100"><text>a</text></answer><answer fraction="100"><text>b</text></answer></question>
<question type="gapfill"><name><text>Plugin</text></name><questiontext format="html"><text>?</text></questiontext></question>
</quiz>"""


def test_moodle_xml_as_moodle_writes_it() -> None:
    done = exchange.read(MOODLE.encode(), "quiz.xml", level="apply", area="X-1")
    items = by_name(done)
    first = items["Rana & gerak"]
    assert (first.id, first.area, first.points) == ("FOTO-7", "PHO-01", 2.0)
    assert first.stem.id == "Lihat ![air terjun](foto-1.png) lalu pilih."
    assert first.explanation.id == "Rana lambat memburamkan."
    assert [option.key for option in first.options] == [True, False]
    assert set(done.images) == {"foto-1.png"}
    bleed = items["Bleed"].params
    assert (bleed["value"], bleed["tolerance"], bleed["unit"]) == ("3", "0.5", "mm")
    assert bleed["units"] == "mm 1 | cm 10"
    cloze = items["Isian"]
    assert cloze.stem.id == "[[g1]] ada di [[g2]], [[g3]] jam dari Malang."
    assert [gap.kind for gap in cloze.gaps] == ["short", "single", "numeric"]
    assert [gap.weight for gap in cloze.gaps] == [1, 2, 1]
    assert items["PPN"].stem.id == "Harga {{a}}, PPN {{b}} %. Total? ({{a*2}})"
    assert items["PPN"].vars == {"a": "1000..2000 step 1", "b": "10..12 step 1"}
    assert items["BS"].stem.id.replace("\\", "") == "2 &lt; 3 *pasti*?"
    assert items["BS"].options[1].key
    assert [o.text.id for o in items["Pasang"].options] == ["dangkal", "luas", "tetap"]
    assert items["Unggah"].params == {"max": "3", "types": "jpg,png"}
    refused = {refusal.name: refusal.reason for refusal in done.refused}
    assert set(refused) == {"Seret", "Info", "Dua kunci", "Plugin", "Jahat"}
    assert "not a question" in refused["Info"]
    lost = {(loss.name, loss.what) for loss in done.lost}
    assert any(name == "category '$course$/top/Foto'" for name, _ in lost)
    assert ("FOTO-7", "<script> was dropped") in lost
    assert any("musim-1" in note for entry in done.entries for note in entry.notes)


TAO = """<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 identifier="i1595" title="Pilihan" label="Pilihan" xml:lang="id-ID" adaptive="false" timeDependent="false" toolName="TAO" toolVersion="3.4.0">
  <responseDeclaration identifier="RESPONSE" cardinality="multiple" baseType="identifier">
    <correctResponse><value><![CDATA[choice_1]]></value><value><![CDATA[choice_2]]></value></correctResponse>
    <mapping defaultValue="0" lowerBound="0"><mapEntry mapKey="choice_1" mappedValue="1"/><mapEntry mapKey="choice_2" mappedValue="1"/><mapEntry mapKey="choice_3" mappedValue="-1"/></mapping>
  </responseDeclaration>
  <outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" normalMaximum="2"/>
  <outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float"><defaultValue><value>2</value></defaultValue></outcomeDeclaration>
  <itemBody><div class="grid-row"><div class="col-12">
    <choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="0" minChoices="0" orientation="vertical">
      <prompt><p>Pilih <strong>dua</strong> unsur.</p><img src="assets/foto.svg" alt="kamera" width="100%"/></prompt>
      <simpleChoice identifier="choice_1" fixed="false" showHide="show">ISO</simpleChoice>
      <simpleChoice identifier="choice_2" fixed="false" showHide="show">Rana</simpleChoice>
      <simpleChoice identifier="choice_3" fixed="false" showHide="show">Zoom<feedbackInline outcomeIdentifier="FEEDBACK" identifier="choice_3" showHide="show">Bukan.</feedbackInline></simpleChoice>
    </choiceInteraction></div></div></itemBody>
  <responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>
</assessmentItem>"""
QTI3 = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="q3" title="Isian" adaptive="false" time-dependent="false" xml:lang="id">
 <qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="string"><qti-correct-response><qti-value>York</qti-value></qti-correct-response>
  <qti-mapping default-value="0"><qti-map-entry map-key="York" mapped-value="1"/><qti-map-entry map-key="york" mapped-value="0.5"/></qti-mapping></qti-response-declaration>
 <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
 <qti-item-body><blockquote><p>Kini musim dingin di bawah matahari <qti-text-entry-interaction response-identifier="RESPONSE" expected-length="15"/>;</p></blockquote>
 <qti-rubric-block view="scorer" use="scoring"><qti-content-body><p>Terima ejaan lama.</p></qti-content-body></qti-rubric-block></qti-item-body>
 <qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml"/>
</qti-assessment-item>"""
CUSTOM = TAO.replace(
    '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>',
    '<responseProcessing><responseCondition><responseIf><gt><variable identifier="SCORE"/><baseValue '
    'baseType="float">1</baseValue></gt><setOutcomeValue identifier="SCORE"><baseValue baseType="float">'
    "3</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>",
).replace("i1595", "i1596")  # fmt: skip
MANIFEST = """<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="M"><metadata><schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion></metadata><organizations/>
<resources>{resources}</resources></manifest>"""


def package(files: dict[str, bytes | str]) -> bytes:
    kinds = {"test.xml": "imsqti_test_xmlv2p1"}
    resources = "".join(
        f'<resource identifier="R{n}" type="{kinds.get(name, "imsqti_item_xmlv2p1")}" href="{name}">'
        f'<file href="{name}"/></resource>'
        for n, name in enumerate([*files, "missing/qti.xml"])
        if name.endswith(".xml")
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("imsmanifest.xml", MANIFEST.format(resources=resources))
        for name, data in files.items():
            made.writestr(name, data)
    return target.getvalue()


def test_a_package_as_tao_writes_it() -> None:
    data = package({
        "i1595/qti.xml": TAO, "i1595/assets/foto.svg": PICTURE, "i1596/qti.xml": CUSTOM,
        "i1597/qti.xml": QTI3, "test.xml": "<assessmentTest/>", "style.css": "p{}",
    })  # fmt: skip
    done = exchange.read(data, "tao.zip")
    first, second = done.items
    assert first.type == "multiple"
    assert first.params == {"credit": "partial"}
    assert first.points == 2
    assert first.stem.id == "Pilih **dua** unsur.\n\n![kamera](foto.svg)"
    assert first.options[2].feedback is not None
    assert first.options[2].feedback.id == "Bukan."
    assert first.options[2].text.id == "Zoom"
    assert done.images == {"foto.svg": PICTURE}
    assert second.answers == {"id": ("York",)}
    assert "_____" in second.stem.id.replace("\\", "")
    assert second.explanation.id == "Terima ejaan lama."
    refused = {refusal.name: refusal.reason for refusal in done.refused}
    assert set(refused) == {"i1596", "test.xml", "style.css", "missing/qti.xml"}
    assert "own response processing (gt)" in refused["i1596"]
    assert any(loss.name == "q3" and "50 %" in loss.what for loss in done.lost)


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("<questestinterop></questestinterop>", "QTI 1.2"),
        ("<html></html>", "is no QTI item"),
        ("", "the file is empty"),
        ("hanya teks", "neither GIFT"),
    ],
)
def test_other_files_are_refused_by_name(start: str, reason: str) -> None:
    done = exchange.read(start.encode(), "bank.bin")
    assert not done.entries
    assert reason in done.refused[0].reason


def test_templates_and_adaptive_items_are_listed() -> None:
    adaptive = TAO.replace('adaptive="false"', 'adaptive="true"')
    assert "adaptive" in exchange.read(adaptive.encode(), "a.xml").refused[0].reason
    template = TAO.replace("<itemBody>", '<templateDeclaration identifier="X" cardinality="single"/><itemBody>')  # fmt: skip
    assert "templates" in exchange.read(template.encode(), "a.xml").refused[0].reason


def test_english_texts_are_said_to_wait_for_translation() -> None:
    (entry,) = exchange.read(b"::Q::One? {=yes ~no}", "a.gift", language="en").entries
    assert entry.item.stem.en == "One?"
    assert any("translate" in note for note in entry.notes)


def test_the_order_of_options_stays_where_moodle_keeps_it() -> None:
    answer = '<answer fraction="{}" format="html"><text>{}</text></answer>'
    kept = (
        '<quiz><question type="multichoice"><name><text>Urut</text></name><questiontext format="html">'
        "<text>Pilih</text></questiontext><single>true</single><shuffleanswers>0</shuffleanswers>"
        + answer.format(100, "semua benar")
        + answer.format(0, "tidak ada")
        + "</question></quiz>"
    )
    (item,) = exchange.read(kept.encode(), "urut.xml").items
    assert item.params["shuffle"] == "no"
    written = exchange.write([item], "moodle").data
    assert b"<shuffleanswers>false</shuffleanswers>" in written
    (again,) = exchange.read(kept.replace(">0</shuff", ">true</shuff").encode(), "urut.xml").items
    assert "shuffle" not in again.params
