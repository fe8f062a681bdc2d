import errno
import hashlib
import os
import stat
from io import BytesIO
from pathlib import Path

import pytest

from forum.core.errors import Invalid, Missing
from forum.core.storage import Store, Stored


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "uploads")


def files_of(store: Store) -> list[Path]:
    return [place for place in store.root.rglob("*") if place.is_file()]


class Breaking(BytesIO):
    """A stream whose sender goes away after the first piece."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise ConnectionResetError
        return super().read(4)


def test_a_file_is_kept_under_the_hash_of_its_content(store: Store) -> None:
    stored = store.put(BytesIO(b"hello"))
    assert stored == Stored(hashlib.sha256(b"hello").hexdigest(), 5)
    with store.open(stored.sha256) as file:
        assert file.read() == b"hello"
    assert store.path(stored.sha256).relative_to(store.root).parts[:2] == (stored.sha256[:2], stored.sha256[2:4])


def test_the_same_content_is_kept_once(store: Store) -> None:
    assert store.put(BytesIO(b"hello")) == store.put(BytesIO(b"hello"))
    assert len(files_of(store)) == 1


def test_a_file_of_many_pieces_is_whole(store: Store) -> None:
    content = os.urandom(1_000_001)
    stored = store.put(BytesIO(content))
    assert stored.size == 1_000_001
    assert store.path(stored.sha256).read_bytes() == content


def test_an_empty_file_is_a_file(store: Store) -> None:
    assert store.path(store.put(BytesIO()).sha256).read_bytes() == b""


def test_a_file_over_the_limit_is_refused_in_words_and_leaves_nothing(store: Store) -> None:
    assert store.put(BytesIO(b"x" * 500_000), limit=500_000).size == 500_000
    before = files_of(store)
    with pytest.raises(Invalid, match=r"at most 0\.5 MB") as refusal:
        store.put(BytesIO(b"x" * 500_001), limit=500_000)
    assert set(refusal.value.fields) == {"file"}
    assert files_of(store) == before


def test_an_endless_stream_is_refused_as_soon_as_it_is_too_long(store: Store) -> None:
    class Endless(BytesIO):
        given = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.given += 1
            return b"x" * 1_000

    stream = Endless()
    with pytest.raises(Invalid):
        store.put(stream, limit=10_000)
    assert stream.given == 11


def test_a_broken_upload_leaves_nothing(store: Store) -> None:
    with pytest.raises(ConnectionResetError):
        store.put(Breaking(b"hello world"))
    assert files_of(store) == []


def test_a_full_disk_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put(BytesIO(b"hello"))
    assert files_of(store) == []


def test_file_and_directories_are_on_the_disk_before_put_returns(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def record(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    place = store.path(store.put(BytesIO(b"hello")).sha256)
    assert Path(synced[0]).parent == store.incoming
    assert [Path(name) for name in synced[1:]] == [store.root, place.parent.parent, place.parent]


def test_nobody_else_on_the_machine_reads_the_store(store: Store) -> None:
    place = store.path(store.put(BytesIO(b"hello")).sha256)
    for directory in (store.root, store.incoming, place.parent, place.parent.parent):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_deleted_file_is_gone_and_may_be_deleted_again(store: Store) -> None:
    sha256 = store.put(BytesIO(b"hello")).sha256
    store.delete(sha256)
    store.delete(sha256)
    assert files_of(store) == []
    with pytest.raises(Missing):
        store.open(sha256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "a/" * 32])
def test_only_a_hash_names_a_file(store: Store, name: str) -> None:
    for ask in (store.path, store.open, store.delete):
        with pytest.raises(Missing):
            ask(name)


def test_all_files_are_listed_but_not_what_is_still_arriving(store: Store) -> None:
    kept = sorted(store.put(BytesIO(content)).sha256 for content in (b"a", b"b", b"c"))
    (store.incoming / "tmp123").write_bytes(b"half")
    (store.path(kept[0]).parent / "README").write_bytes(b"by hand")
    assert list(store.all()) == kept


def test_only_old_leftovers_are_swept(store: Store) -> None:
    store.put(BytesIO(b"kept"))
    old, young = store.incoming / "old", store.incoming / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert store.sweep() == 1
    assert young.exists()
    assert len(list(store.all())) == 1


def test_a_store_opens_again_on_what_it_holds(store: Store) -> None:
    sha256 = store.put(BytesIO(b"hello")).sha256
    assert list(Store(store.root).all()) == [sha256]
