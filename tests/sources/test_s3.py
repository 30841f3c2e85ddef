"""S3: keys of every kind, pages of listings, who asks, and what servers refuse."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, quote, quote_plus, urlsplit

import pytest

from privacyscan import read
from privacyscan.errors import TargetError, UsageError
from privacyscan.model import Evidence, Limits, Reason, Unit
from privacyscan.settings import Scope
from privacyscan.sources import _remote
from tests.servers import FileServer
from tests.sources.shares import everything, listed, opened
from tests.sources.web import Answer, Request, Web, answering, cutting, ranged


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[float]:
    """The pauses before further tries, which take no time here. The settings of whoever runs the tests do not count."""
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "PROFILE", "REGION", "DEFAULT_REGION"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    told: list[float] = []
    monkeypatch.setattr(_remote.time, "sleep", lambda seconds: told.append(seconds) if seconds else None)
    return told


def bucket(objects: dict[str, bytes], page: int = 1000) -> Callable[[Request], Answer]:
    """A server with one bucket, as AWS describes its answers."""

    def answer(request: Request) -> Answer:
        parts = urlsplit(request.target)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if "list-type" not in query:
            keys = {f"/ember/{quote(key)}": data for key, data in objects.items()}
            return ranged(keys[parts.path], request) if parts.path in keys else refusing("NoSuchKey", 404)
        prefix, found = query["prefix"], dict[str, str]()
        for key in sorted(objects):
            if key.startswith(prefix):
                name, slash, _ = key[len(prefix) :].partition("/")
                told = quote_plus(prefix + name + slash)
                found[told] = (
                    f"<CommonPrefixes><Prefix>{told}</Prefix></CommonPrefixes>"
                    if slash
                    else f"<Contents><Key>{told}</Key><Size>{len(objects[key])}</Size>"
                    "<LastModified>2023-01-02T03:04:05.678Z</LastModified></Contents>"  # TIME, to the millisecond
                )
        start = int(query.get("continuation-token", 0))
        end = start + min(page, int(query["max-keys"]))
        more = f"<NextContinuationToken>{end}</NextContinuationToken>" if end < len(found) else ""
        truncated = f"<IsTruncated>{'true' if more else 'false'}</IsTruncated>{more}"
        return listing(truncated + "".join(list(found.values())[start:end]) + "<EncodingType>url</EncodingType>")

    return answer


def listing(inside: str) -> Answer:
    xml = f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{inside}</ListBucketResult>'
    return Answer(200, {}, xml.encode())


def refusing(code: str, status: int, inside: str = "") -> Answer:
    return Answer(status, {}, f"<Error><Code>{code}</Code><Message>rahasia</Message>{inside}</Error>".encode())


def url_of(web: Web, path: str = "", key: str = "") -> str:
    return f"s3://{key}ember{path}?endpoint={web.url}"


def refusal(url: str) -> tuple[str, str]:
    with pytest.raises(TargetError) as caught:
        listed(url)
    assert "rahasia" not in str(caught.value)
    return caught.value.reason, str(caught.value)


def test_keys_of_every_kind_are_read_or_listed() -> None:
    objects = dict.fromkeys(
        ("a+b c%25.txt", "é/ü&<>.txt", "a~b/c;d=e.txt", "baris\nbaru.txt", "data", "data/x.txt"), b"isi"
    )
    marks = {"kosong/": b"", "data/": b"", "tanda/": b"isi"}
    no_names = {"ganda//x.txt": b"isi", "atas/../x.txt": b"isi"}
    with answering(bucket({**objects, **marks, **no_names})) as web:
        found = everything(url_of(web))
        assert {path: found[path] for path in objects} == {path: [(0, b"isi")] for path in objects}
        rest = {path: [part[0] for part in told] for path, told in found.items() if path not in objects}
        assert rest == {"tanda": [Reason.DAMAGED], "ganda": [Reason.DAMAGED], "atas": [Reason.DAMAGED]}


def test_a_listing_comes_in_pages() -> None:
    with answering(bucket({f"{i:02}.txt": b"" for i in range(25)}, page=10)) as web:
        assert list(listed(url_of(web))) == [f"{i:02}.txt" for i in range(25)]


@pytest.mark.parametrize(
    "inside",
    [
        "<IsTruncated>true</IsTruncated>",
        "<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>",
        "<Contents><Key>lain.txt</Key><Size>1</Size></Contents>",
        "<Contents>",
    ],
    ids=["no token", "the same token", "another folder", "cut off"],
)
def test_a_listing_that_is_not_whole_is_told(inside: str) -> None:
    with answering(
        lambda request: listing(inside) if "list-type" in request.target else refusing("NoSuchKey", 404)
    ) as web:
        assert "cannot be understood" in refusal(url_of(web, "/data"))[1]


def test_a_target_may_be_an_object_or_a_folder_but_not_both() -> None:
    with answering(bucket({"a.txt": b"isi", "b/c.txt": b"isi", "dua": b"isi", "dua/d.txt": b"isi"})) as web:
        assert everything(url_of(web, "/a.txt")) == {"": [(0, b"isi")]}
        assert opened(url_of(web, "/a.txt"))[1].name == "a.txt"
        assert everything(url_of(web, "/b/")) == {"c.txt": [(0, b"isi")]}
        assert "an object and a folder" in refusal(url_of(web, "/dua"))[1]
        assert refusal(url_of(web, "/tiada"))[0] == Reason.VANISHED


@pytest.mark.parametrize(
    ("answer", "reason", "message"),
    [
        (refusing("NoSuchBucket", 404), Reason.UNREACHABLE, "no such bucket"),
        (refusing("AccessDenied", 403), Reason.DENIED, "s3:ListBucket"),
        (refusing("InvalidAccessKeyId", 403), Reason.LOGIN_FAILED, "does not accept the key"),
        (refusing("SignatureDoesNotMatch", 403), Reason.LOGIN_FAILED, "does not accept the key"),
        (refusing("RequestTimeTooSkewed", 403), Reason.LOGIN_FAILED, "set the clock"),
        (
            refusing("AuthorizationHeaderMalformed", 400, "<Region>ap-southeast-3</Region>"),
            Reason.ERROR,
            "lies in the region ap-southeast-3",
        ),
        (Answer(301, {"x-amz-bucket-region": "ap-southeast-3"}), Reason.ERROR, "lies in the region ap-southeast-3"),
        (refusing("LainLagi", 418), Reason.ERROR, "status 418"),
    ],
)
def test_a_refusal_is_told_and_asked_for_once(answer: Answer, reason: Reason, message: str) -> None:
    with answering(lambda request: answer) as web:
        found = refusal(url_of(web, key="KUNCI:rahasia@"))
        assert found[0] == reason
        assert message in found[1]
        assert len(web.log) == 1


def test_a_busy_server_is_asked_again() -> None:
    busy = [refusing("SlowDown", 503), refusing("RequestTimeout", 400)]
    whole = bucket({"a.txt": b"isi"})
    with answering(lambda request: busy.pop(0) if busy else whole(request)) as web:
        assert listed(url_of(web)) == {"a.txt": 3}


def test_objects_that_may_not_be_read_are_listed() -> None:
    whole = bucket({"a.txt": b"isi", "arsip.txt": b"isi", "tutup.txt": b"isi"})
    refused = {
        "/ember/tutup.txt": refusing("AccessDenied", 403),
        "/ember/arsip.txt": refusing("InvalidObjectState", 403),
    }
    with answering(lambda request: refused.get(request.target) or whole(request)) as web:
        found = everything(url_of(web, key="KUNCI:rahasia@"))
    assert found["a.txt"] == [(0, b"isi")]
    assert [found[f"{name}.txt"][0][0] for name in ("tutup", "arsip")] == [Reason.DENIED] * 2
    assert "restore it" in found["arsip.txt"][0][1]


@pytest.mark.parametrize(
    ("environment", "kept", "user", "named"),
    [
        ({}, "", "", None),
        ({"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "x"}, "[default]\naws_access_key_id = B", "", "A/"),
        ({}, "[default]\naws_access_key_id = B\naws_secret_access_key = x%y", "", "B/"),
        ({"AWS_PROFILE": "dinas"}, "[default]\naws_access_key_id = B\n[dinas]\naws_access_key_id = C", "", "C/"),
        ({"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "x"}, "", "D:x@", "D/"),
        ({}, "tanpa arti", "", None),
    ],
    ids=["nobody", "environment", "file", "profile", "URL", "damaged file"],
)
def test_who_asks(
    environment: dict[str, str],
    kept: str,
    user: str,
    named: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "credentials").write_text(kept)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with answering(bucket({"a.txt": b"isi"})) as web:
        unit, _, _ = opened(url_of(web, key=user))
        assert unit.access is not None
        assert (Evidence("anonymous") in unit.access.flags) is (named is None)
        told = web.log[0].headers["Authorization"]
    assert told is None if named is None else f"Credential={named}" in told


def test_a_session_token_is_signed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"):
        monkeypatch.setenv(f"AWS_{name}", "x")
    monkeypatch.setenv("AWS_REGION", "ap-southeast-3")
    with answering(bucket({"a.txt": b"isi"})) as web:
        listed(url_of(web))
        assert web.log[0].headers["x-amz-security-token"] == "x"
        assert "/ap-southeast-3/s3/aws4_request" in web.log[0].headers["Authorization"]
        assert "x-amz-date;x-amz-security-token" in web.log[0].headers["Authorization"]


def test_a_bucket_that_wants_a_key_says_so() -> None:
    with answering(lambda request: refusing("AccessDenied", 403)) as web:
        reason, message = refusal(url_of(web))
        assert reason == Reason.LOGIN_FAILED
        assert "AWS_ACCESS_KEY_ID" in message


def test_a_wrong_secret_is_refused_by_a_real_server(s3: FileServer) -> None:
    wrong = "s3://pemilik:salah@files"
    assert refusal(wrong) == (
        Reason.LOGIN_FAILED,
        "s3://pemilik@files: the server does not accept the key; check it, its secret and its session token",
    )


def test_an_endpoint_that_is_no_url_is_refused() -> None:
    with pytest.raises(UsageError, match="endpoint is no URL"):
        read.target("s3://ember?endpoint=minio:9000")


def test_a_file_goes_on_where_the_connection_was_lost(s3: FileServer, waits: list[float]) -> None:
    lines = random.Random(1).randbytes(1_500_000).hex("\n", 40)
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    with (
        s3.holding({"besar.txt": lines.encode()}) as url,
        cutting(int(endpoint.rpartition(":")[2]), 500_000, 4) as proxy,
    ):
        found = everything(f"{url}?endpoint=http://127.0.0.1:{proxy}")
        assert found == everything(f"{s3.folder}/{url.rpartition('/')[2]}")
    assert len(waits) == 4


def test_an_object_that_changes_meanwhile_is_listed() -> None:
    objects = {"a.txt": b"isi"}
    with answering(bucket(objects)) as web:
        _, file, reading = opened(url_of(web))
        file.open().close()
        objects["a.txt"] = b"lain"
        assert [skipped.reason for skipped in reading] == [Reason.CHANGED]


POLICY = "<PolicyStatus><IsPublic>{}</IsPublic></PolicyStatus>"
GRANT = (
    "<AccessControlPolicy><Owner><ID>1</ID></Owner><AccessControlList><Grant><Grantee><URI>"
    "http://acs.amazonaws.com/groups/global/{}</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList>"
    "</AccessControlPolicy>"
)
PRIVATE = GRANT.replace("<URI>http://acs.amazonaws.com/groups/global/{}</URI>", "<ID>1</ID>")
UNKNOWN = Evidence("probe_unknown", {"probe": "public_bucket"})


@pytest.mark.parametrize(
    ("acl", "policy", "shown"),
    [
        (PRIVATE, POLICY.format("false"), []),
        (PRIVATE, refusing("NoSuchBucketPolicy", 404), []),
        (PRIVATE, POLICY.format("true"), [Evidence("public_bucket", {"setting": "policy"})]),
        (GRANT.format("AllUsers"), "", [Evidence("public_bucket", {"setting": "ACL: AllUsers READ"})]),
        (
            GRANT.format("AuthenticatedUsers"),
            refusing("AccessDenied", 403),
            [Evidence("public_bucket", {"setting": "ACL: AuthenticatedUsers READ"})],
        ),
        (refusing("AccessDenied", 403), POLICY.format("false"), [UNKNOWN]),
        (refusing("NotImplemented", 501), refusing("MethodNotAllowed", 405), [UNKNOWN]),
        ("<ListBucketResult></ListBucketResult>", "{", [UNKNOWN]),  # servers that heed no question
    ],
)
def test_a_bucket_that_is_open_to_the_public_is_told(
    acl: str | Answer, policy: str | Answer, shown: list[Evidence]
) -> None:
    def answer(request: Request) -> Answer:
        given = {"acl=": acl, "policyStatus=": policy}.get(urlsplit(request.target).query)
        if given is None:
            return bucket({"a.txt": b"isi", "b/c.txt": b"isi"})(request)
        return given if isinstance(given, Answer) else Answer(200, {}, given.encode())

    with answering(answer) as web:
        for path, files in (("", 2), ("/a.txt", 1)):
            units = list(read.units(read.target(url_of(web, path, "KUNCI:rahasia@")), Scope(), Limits()))
            assert [unit.access.flags for unit in units if isinstance(unit, Unit) and unit.access] == [
                (*shown,)
            ] * files
        asked = [request for request in web.log if "list-type" not in request.target and "=" in request.target]
        assert len(asked) == 4  # once for each listing
        assert list(listed(url_of(web, "/b"))) == ["c.txt"]  # without a key nothing is asked
        assert len([r for r in web.log if "acl=" in r.target]) == 2
