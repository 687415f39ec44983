"""Templates are Go's: what they print, what an object lacks, what is wrong for every object."""

import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.adapters.docker.text import values
from runtime.adapters.docker.text.printing import InvalidTemplateError
from runtime.adapters.docker.text.template import MissingError, Row, Template

CONTAINER: dict[str, Any] = {
    "Id": "abc",
    "State": {"Status": "running", "Pid": 3, "Paused": False, "Cpu": 0.5},
    "Config": {"Labels": {"b": "2", "a": "1"}, "Cmd": ["sleep", "1"], "Env": None},
    "HostConfig": {"NanoCpus": 5, "LogConfig": {"Config": {"x": "y"}}},
    "Ports": {"80/tcp": [{"HostIp": "::", "HostPort": "1"}], "7/udp": None},
    "Sizes": [1, 2, 3],
    "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
    "Mounts": [{"Type": "bind", "Source": "/a", "Destination": "/b", "Mode": "", "RW": True}],
}


def rendered(template: str, root: Any = CONTAINER) -> str:
    return Template(template).render(values.typed(root) if isinstance(root, dict) else root)


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("", ""),
        ("plain", "plain"),
        ("{{.Id}}{{.ID}}", "abcabc"),
        ("{{.State.Pid}} {{.State.Paused}} {{.State.Cpu}}", "3 false 0.5"),
        ("{{.Config.Labels}}", "map[a:1 b:2]"),
        ("{{.Config.Cmd}}{{.Config.Env}}{{.Sizes}}", "[sleep 1][][1 2 3]"),
        ("{{.HostConfig.NanoCPUs}} {{.HostConfig.LogConfig.Config}}", "5 map[x:y]"),
        ("{{.Ports}}", "map[7/udp:[] 80/tcp:[{:: 1}]]"),
        ("{{.Config.Labels.none}}|{{.Config.Labels.none.more}}", "<no value>|<no value>"),
        ("{{.State.Health}}", "<nil>"),
        ("{{json .Config}}", '{"Labels":{"b":"2","a":"1"},"Cmd":["sleep","1"],"Env":null}'),
        ("{{json .Ports}}", '{"80/tcp":[{"HostIp":"::","HostPort":"1"}],"7/udp":null}'),
        ("{{$x := .Id}}{{with .State}}{{$x}} {{$.Id}} {{.Pid}}{{end}}", "abc abc 3"),
        ("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2"),
        ("{{range .Sizes}}<{{.}}>{{else}}none{{end}}", "<1><2><3>"),
        ("{{range $i, $v := .Sizes}}{{$i}}={{$v}} {{end}}", "0=1 1=2 2=3 "),
        ("{{range $v := .Sizes}}{{$v}}{{end}}", "123"),
        ("{{range $k, $v := .Config.Labels}}{{$k}}{{$v}}{{end}}", "a1b2"),
        ("{{range .Config.Env}}x{{else}}none{{end}}", "none"),
        ("{{if .State.Paused}}a{{else if eq .State.Pid 3}}b{{else}}c{{end}}", "b"),
        ("{{if and .Id (not .State.Paused)}}yes{{end}}", "yes"),
        ("{{or .Config.Env .Id}} {{and .State.Paused .None}}", "abc false"),
        ("a {{- .Id -}} b", "aabcb"),
        ("a{{/* nothing */}}b {{- /* nothing */ -}} c", "abc"),
        ('{{.Id | upper | printf "%q"}}', '"ABC"'),
        ('{{printf "%5s|%-5s|%03d|%.1f|%v|%t%%" .Id .Id 7 1.25 .Sizes true}}',
         "  abc|abc  |007|1.2|[1 2 3]|true%"),
        ('{{join .Config.Cmd "+"}} {{title "ab cd"}} {{lower "AB"}}', "sleep+1 Ab Cd ab"),
        ('{{index .Sizes 1}} {{index .Config.Labels "a"}} {{index .Config.Labels "c"}}|', "2 1 |"),
        ('{{(index (index .Ports "80/tcp") 0).HostPort}}', "1"),
        ("{{slice .Id 1}} {{slice .Id 1 2}} {{truncate .Id 2}}{{pad .Id 1 1}}|", "bc b ab abc |"),
        ('{{split "a,b" ","}} {{print 1 2 "x" 3}} {{println "y"}}', "[a b] 1 2x3 y\n"),
        ("{{len `raw \\n`}} {{'a'}} {{0x10}} {{-3}}", "6 97 16 -3"),
        ('{{printf "%s %d %q" 1 "a" true}}', "%!s(int=1) %!d(string=a) %!q(bool=true)"),
        ('{{printf "%s"}} {{printf "x" 1}} {{printf "%5.2s|" "abc"}}',
         "%!s(MISSING) x%!(EXTRA int=1)    ab|"),
        ("{{html \"<a href='x'>\"}} {{urlquery \"a b\"}}", "&lt;a href=&#39;x&#39;&gt; a+b"),
        ("{{.RestartPolicy}} {{.Mounts}} {{.SizeRw}}", "{no 0} [{bind  /a /b   true }] <nil>"),
        ("{{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge 1 2}} {{eq 1 2 1}}",
         "true true true false false true"),
    ],
)  # fmt: skip
def test_what_is_printed(template: str, printed: str) -> None:
    assert rendered(template) == printed


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{.None}}", ':1:2: executing "" at <.None>: map has no entry for key "None"'),
        (
            "{{.State.Health.Status}}",
            ':1:8: executing "" at <.State.Health.Status>: map has no entry for key "Health"',
        ),
        (
            "\n {{.Id.X}}",
            ':2:6: executing "" at <.Id.X>: can\'t evaluate field X in type interface {}',
        ),
        ("{{index .Sizes 3}}", "error calling index: reflect: slice index out of range"),
        ("{{index .Config.Env 0}}", "error calling index: index of untyped nil"),
        ("{{index .Sizes 9}}", "error calling index: index out of range: 9"),
        ('{{(index (index .Ports "7/udp") 0).HostPort}}', "index of untyped nil"),
    ],
)
def test_what_one_object_lacks_is_said_in_gos_words(template: str, said: str) -> None:
    with pytest.raises(MissingError) as missing:
        rendered(template)
    assert said in str(missing.value)


@pytest.mark.parametrize(
    "template",
    [
        "{{", "{{}}", "{{.Id", "{{end}}", "{{if .Id}}", "{{else}}", "{{.Id}", "{{if}}x{{end}}",
        "{{range .Id}}{{end}}", "{{nonsense .}}", '{{template "x"}}', '{{define "x"}}{{end}}',
        "{{break}}", "{{.Id | }}", "{{(.Id}}", "{{.Id)}}", "{{$x}}", "{{.Config}}", "{{upper 1}}",
        '{{.Id "argument"}}', "{{'ab'}}", '{{"unclosed}}', "{{.Id.}}", "{{1 2}}",
        '{{printf "%99999d" 1}}', "{{pad .Id 99999 0}}", "{{lt .Id 1}}", "{{eq .Id 1}}", "{{nil}}",
        '{{printf "%w" 1}}', '{{index .Sizes "a"}}',
        "{{if .Id}}{{else}}{{else}}{{end}}", "{{#}}", "(" * 9000, "{{" + "(" * 100 + "}}",
        "{{if 1}}" * 100 + "{{end}}" * 100,
        "{{range $.Sizes}}" * 12 + "{{range $.Sizes}}x{{end}}" + "{{end}}" * 12,
    ],
)  # fmt: skip
def test_what_is_wrong_for_every_object_is_the_templates(template: str) -> None:
    with pytest.raises(InvalidTemplateError):
        rendered(template)


@given(st.text(alphabet="{}.$|()\"`'-/* \\%:=,aIdrangeifwthelsnpx019", max_size=40))
def test_no_template_raises_anything_else(template: str) -> None:
    try:
        printed = rendered(template)
    except (InvalidTemplateError, MissingError):
        return
    assert isinstance(printed, str)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="{")))
def test_text_without_braces_is_printed_as_it_is(text: str) -> None:
    assert rendered(text) == text


def row() -> Row:
    labels = {"tier": "front"}
    return Row("docker ps", {"Names": lambda: "web", "ID": lambda: "1<2"}, labels.__getitem__)


def test_a_row_has_its_fields_and_its_labels() -> None:
    assert (
        rendered('{{.Names}} {{.Label "tier"}} {{("tier" | .Label)}}', row()) == "web front front"
    )
    assert rendered("{{json .}}", row()) == r'{"ID":"1\u003c2","Names":"web"}'


def test_an_unknown_field_of_a_row_names_the_known_ones() -> None:
    with pytest.raises(InvalidTemplateError, match=r"docker ps has no field \.Name") as wrong:
        rendered("{{.Name}}", row())
    assert wrong.value.hint == "Fields: .ID, .Names."


def test_functions_leave_the_titles_of_a_table_as_they_are() -> None:
    template = Template(
        '{{upper .Names}}|{{json .Names}}|{{join .Names ","}}|{{truncate .Names 1}}'
    )
    assert template.render(row(), header=True) == "web|web|web|web"


@pytest.mark.parametrize(
    "source",
    [
        '{{$x := "aaaaaaaa"}}' + "{{$x = print $x $x}}" * 40,
        '{{$x := "aaaaaaaa"}}' + '{{$x = printf "%s%s" $x $x}}' * 40,
        '{{$x := "aaaaaaaa"}}' + '{{$x = join (split $x "a") $x}}' * 40,
        "{{range $.Sizes}}" * 3 + "{{json $}}" * 9 + "{{end}}" * 3,
    ],
)
def test_a_template_that_grows_is_refused_before_it_is_large(source: str) -> None:
    template, root = Template(source), values.typed(CONTAINER | {"Big": "x" * 200_000})
    tracemalloc.start()
    try:
        with pytest.raises(InvalidTemplateError, match=r"^the template (?:makes|takes) more"):
            "".join(template.render(root) for _ in range(2000))
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()
