"""S3 and what speaks like it (MinIO, Ceph): `s3://bucket/prefix`.

The key is named as for other programs (AWS_ACCESS_KEY_ID, a profile of ~/.aws/credentials) or in the URL with
`--password-env` (`s3://KEY@bucket`); without one, what everybody may read is read. The protocol is spoken here, because
the libraries for it stop at the first object whose key is no path, such as `a//b`, and know no profiles.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus, urlencode, urlsplit

from privacyscan.errors import UsageError
from privacyscan.model import Access, Evidence, Limits, Reason
from privacyscan.sources import Source
from privacyscan.sources._faults import GONE, Fault
from privacyscan.sources._http import (
    BLOCK,
    BUSY,
    NO_LISTING,
    HttpHandle,
    OverHttp,
    Server,
    elements,
    size_and_time,
    text_of,
)
from privacyscan.sources._probes import unknown, way_in
from privacyscan.sources._remote import Address, Entry, EntryKind, Names, Refused, Share

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from xml.etree.ElementTree import Element

REGION = "us-east-1"
_EMPTY = hashlib.sha256(b"").hexdigest()  # of the body of every request

_PUBLIC = "public_bucket"  # an exposure
_QUESTIONS = {"acl": "Grant", "policyStatus": "IsPublic"}  # of a bucket, and the elements of the answers

_NO_POLICY = Fault(Reason.VANISHED, "the bucket has no policy")
_NO_BUCKET = Fault(Reason.UNREACHABLE, "there is no such bucket; check its name and AWS_ENDPOINT_URL")
_NO_KEY = Fault(Reason.LOGIN_FAILED, "wants a key; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE")
_WRONG_KEY = Fault(
    Reason.LOGIN_FAILED, "the server does not accept the key; check it, its secret and its session token"
)
_DENIED = Fault(Reason.DENIED, "the key may not read it; allow it s3:ListBucket and s3:GetObject, and scan again")
_ARCHIVED = Fault(Reason.DENIED, "lies in an archive of the storage; restore it and scan again")
_CLOCK = Fault(Reason.LOGIN_FAILED, "the clocks here and of the server differ; set the clock")
_BOTH = Fault(Reason.ERROR, "is an object and a folder at once; give the folder above as the target")
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
_FAULTS = {
    "NoSuchBucket": _NO_BUCKET,
    "NoSuchBucketPolicy": _NO_POLICY,
    "NoSuchKey": GONE,
    "AccessDenied": _DENIED,
    "InvalidObjectState": _ARCHIVED,
    "RequestTimeTooSkewed": _CLOCK,
    **dict.fromkeys(("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken"), _WRONG_KEY),
    **dict.fromkeys(("SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout"), BUSY),
}


@dataclass(frozen=True, slots=True)
class Key:
    """Who asks."""

    id: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


class S3(OverHttp):
    name = "s3"
    schemes = ("s3",)
    title = "S3"

    def check(self, address: Address) -> None:
        endpoint = urlsplit(_endpoint(address, REGION))
        if endpoint.scheme not in ("http", "https") or not endpoint.hostname:
            raise UsageError("its endpoint is no URL; write ?endpoint=https://host:port, or AWS_ENDPOINT_URL so")

    def connect(self, address: Address, limits: Limits) -> S3Session:
        return S3Session(address, limits)


class S3Session:
    """The bucket stands in the path, not in the name of the host: so all servers take it."""

    def __init__(self, address: Address, limits: Limits) -> None:
        named = address.query.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        self._region = named or REGION
        self._key = _key(address, os.environ)
        endpoint = urlsplit(_endpoint(address, self._region))
        self._host = endpoint.netloc
        self._bucket = f"{endpoint.path.rstrip('/')}/{quote(address.host, safe='')}"
        self._prefix, self._most = address.path, limits.max_file_size
        is_secure, host = endpoint.scheme == "https", str(endpoint.hostname)
        self._access = way_in(host, is_secure, self._key is not None, "anonymous")
        self._server = Server(is_secure, host, endpoint.port, limits, self._signed, self._explained)

    def scan(self, folder: Names) -> Iterator[Entry]:
        above = "".join(f"{name}/" for name in (*self._prefix, *folder))
        for element in self._listed(above):
            is_folder = element.tag.endswith("CommonPrefixes")
            key = text_of(element, "Prefix" if is_folder else "Key")
            if not key.startswith(above):
                raise Refused(NO_LISTING)
            name = key[len(above) :]
            if is_folder:
                yield Entry(name.removesuffix("/"), EntryKind.FOLDER)
            elif name or text_of(element, "Size") != "0":  # an empty object with the folder's own key only marks it
                yield _file(name, element, self._shown)

    def entry(self, path: Names) -> Entry:
        if path or not self._prefix:
            return self._object(path) if path else self._folder()
        is_folder = any(True for _ in self._page("".join(f"{name}/" for name in self._prefix), "", 1))
        try:
            found = self._object(())
        except Refused as refused:
            if not is_folder or refused.fault.again:
                raise
            return Entry("", EntryKind.FOLDER)
        if is_folder:
            raise Refused(_BOTH)
        return found

    def open(self, path: Names) -> HttpHandle:
        return HttpHandle(self._server, self._target(path), self._most)

    def close(self) -> None:
        self._server.close()

    @cached_property
    def _shown(self) -> Access:
        """How open the bucket lies. Whoever has no key is let in by that already, and may ask nothing of it."""
        asked = [] if self._key is None else [self._shows(*question) for question in _QUESTIONS.items()]
        found = [evidence for shown in asked if shown is not None for evidence in shown]
        if None in asked and not found:
            found = [unknown(_PUBLIC)]
        return replace(self._access, flags=(*self._access.flags, *found[:1]))

    def _shows(self, question: str, element: str) -> list[Evidence] | None:
        """What the answer says of access for everybody; None where the key may not ask, or the server does not know."""
        try:
            response, _ = self._server.ask("GET", f"{self._bucket}?{question}=")
            answers = list(elements(response, element, "AccessControlPolicy"))
        except Refused as refused:  # some servers answer what they do not know with an error of theirs
            return [] if refused.fault is _NO_POLICY else None
        told = [said for answer in answers if answer.tag.endswith(element) and (said := _opened_by(answer))]
        return [Evidence(_PUBLIC, {"setting": setting}) for setting in told] if answers else None

    def _folder(self) -> Entry:
        """The bucket, if it may be listed."""
        list(self._page("", "", 1))
        return Entry("", EntryKind.FOLDER)

    def _object(self, path: Names) -> Entry:
        size, modified = size_and_time(self._server, self._target(path))
        return Entry(
            path[-1] if path else "", EntryKind.FILE, size, modified, access=self._access if path else self._shown
        )

    def _target(self, path: Names) -> str:
        return f"{self._bucket}/{quote('/'.join((*self._prefix, *path)), errors='surrogateescape')}"

    def _listed(self, above: str) -> Iterator[Element]:
        """The objects and folders of a folder."""
        token = ""
        while True:
            more = ""
            for element in self._page(above, token, 1000):
                if element.tag.endswith("NextContinuationToken"):
                    more = element.text or ""
                else:
                    yield element
            if not more:
                return
            token = more

    def _page(self, above: str, token: str, most: int) -> Iterator[Element]:
        """A page of a listing, keys as they are, and the token for the next if there is one."""
        asked = {"delimiter": "/", "encoding-type": "url", "list-type": "2", "max-keys": str(most), "prefix": above}
        if token:
            asked["continuation-token"] = token
        query = urlencode(sorted(asked.items()), quote_via=quote, safe="", errors="surrogateescape")
        response, _ = self._server.ask("GET", f"{self._bucket}?{query}")
        wanted = ("EncodingType", "IsTruncated", "NextContinuationToken", "Contents", "CommonPrefixes")
        found = list(elements(response, *wanted))
        told = {name: next((e.text or "" for e in found if e.tag.endswith(name)), "") for name in wanted[:3]}
        if told["IsTruncated"] == "true" and told["NextContinuationToken"] in ("", token):
            raise Refused(NO_LISTING)
        for element in found:
            if told["EncodingType"] == "url":
                for part in element.iter():
                    if part.tag.endswith(("Key", "Prefix")):
                        part.text = unquote_plus(part.text or "", errors="surrogateescape")
            if not element.tag.endswith(wanted[:2]):
                yield element

    def _signed(self, method: str, target: str) -> Mapping[str, str]:
        """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"""
        if self._key is None:
            return {}
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        head = {"host": self._host, "x-amz-content-sha256": _EMPTY, "x-amz-date": now}
        if self._key.token:
            head["x-amz-security-token"] = self._key.token
        names = ";".join(sorted(head))
        path, _, query = target.partition("?")
        request = [method, path, query, *(f"{name}:{head[name]}" for name in sorted(head)), "", names, _EMPTY]
        scope = f"{now[:8]}/{self._region}/s3/aws4_request"
        digest = hashlib.sha256("\n".join(request).encode()).hexdigest()
        secret = f"AWS4{self._key.secret}".encode()
        for step in (*scope.split("/"), f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{digest}"):
            secret = hmac.digest(secret, step.encode(), "sha256")
        told = f"Credential={self._key.id}/{scope}, SignedHeaders={names}, Signature={secret.hex()}"
        return {**head, "Authorization": f"AWS4-HMAC-SHA256 {told}"}

    def _explained(self, response: HTTPResponse) -> Fault | None:
        body = response.read(BLOCK).decode(errors="replace")
        region = re.search(r"<Region>([a-z0-9-]+)</Region>", body)
        where = region[1] if region else response.headers["x-amz-bucket-region"] or ""
        if response.status in (301, 400) and re.fullmatch("[a-z0-9-]+", where) and where != self._region:
            return Fault(Reason.ERROR, f"the bucket lies in the region {where}; set AWS_REGION to it")
        code = re.search(r"<Code>([A-Za-z]+)</Code>", body)
        fault = _FAULTS.get(code[1]) if code else None
        if self._key is None and response.status in (400, 403) and fault in (None, _DENIED):
            return _NO_KEY
        return fault


def _opened_by(answer: Element) -> str:
    """What opens the bucket to everybody, or to whoever has an account with the provider; empty: nothing."""
    said = {part.tag.rpartition("}")[2]: part.text or "" for part in answer.iter()}
    group = said.get("URI", "").rpartition("/")[2]
    if group in ("AllUsers", "AuthenticatedUsers"):
        return f"ACL: {group} {said.get('Permission', '')}".rstrip()
    return "policy" if said.get("IsPublic", "").lower() == "true" else ""


def _file(name: str, element: Element, access: Access) -> Entry:
    size, written = text_of(element, "Size"), text_of(element, "LastModified")
    try:
        modified = float(int(datetime.fromisoformat(written).timestamp()))  # a read tells whole seconds
    except ValueError:
        modified = None
    return Entry(name, EntryKind.FILE, int(size) if size.isdecimal() else None, modified, access=access)


def _endpoint(address: Address, region: str) -> str:
    """Where the server is; AWS's own unless another is named."""
    named = address.query.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    return named or f"https://s3.{region}.amazonaws.com"


def _key(address: Address, environ: Mapping[str, str]) -> Key | None:
    """The key of the URL, the environment, or the file of keys; None: no one."""
    if address.user:
        return Key(address.user, address.password or "")
    if environ.get("AWS_ACCESS_KEY_ID"):
        secret, token = environ.get("AWS_SECRET_ACCESS_KEY", ""), environ.get("AWS_SESSION_TOKEN", "")
        return Key(environ["AWS_ACCESS_KEY_ID"], secret, token)
    from configparser import ConfigParser, Error

    kept = ConfigParser(interpolation=None)
    with suppress(Error, ValueError):
        kept.read(environ.get("AWS_SHARED_CREDENTIALS_FILE") or Path.home() / ".aws" / "credentials", "utf-8")
    profile = environ.get("AWS_PROFILE") or "default"
    if not kept.has_option(profile, "aws_access_key_id"):
        return None
    id, secret, token = (
        kept.get(profile, f"aws_{name}", fallback="")
        for name in ("access_key_id", "secret_access_key", "session_token")
    )
    return Key(id, secret, token)


plugin: Source = Share(S3())
