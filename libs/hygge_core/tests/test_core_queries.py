"""Queries whose text is written once, against the same questions asked by Peewee itself."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from peewee import BigIntegerField, DatabaseProxy, ForeignKeyField, Model, PostgresqlDatabase, TextField
from playhouse.postgres_ext import ArrayField, BinaryJSONField, DateTimeTZField

from hygge_core.database import connect, reading
from hygge_core.queries import FixedQuery, optional, parameter
from tests.support.postgres import TestDatabase

proxy = DatabaseProxy()


class Shelf(Model):
    label = TextField()

    class Meta:
        database = proxy


class Book(Model):
    shelf = ForeignKeyField(Shelf, lazy_load=False)
    title = TextField()
    price = BigIntegerField(null=True)
    tags = ArrayField(TextField, index=False)
    facts = BinaryJSONField(null=True)
    bought_at = DateTimeTZField()

    class Meta:
        database = proxy


BOUGHT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture
def pool(database: TestDatabase) -> Iterator[PostgresqlDatabase]:
    opened = connect(database.url("engine"), schema="engine", pool_size=2)
    proxy.initialize(opened)
    with reading(proxy):
        proxy.create_tables([Shelf, Book])
        left, right = (Shelf.create(label=label) for label in ("left", "100 %s"))
        for number, shelf in enumerate((left, right, left, right)):
            Book.create(
                shelf=shelf, title=f"it's {number}", price=number or None, tags=["a", f"t{number}"],
                facts={"pages": number} if number else None, bought_at=BOUGHT,
            )  # fmt: skip
        yield opened
        proxy.drop_tables([Book, Shelf])
    opened.close_all()


def test_rows_are_what_peewee_makes_of_them(pool: PostgresqlDatabase) -> None:
    query = FixedQuery(lambda: Book.select().where(Book.id >= parameter("first")).order_by(Book.id), Book)
    asked = list(Book.select().where(Book.id >= 2).order_by(Book.id))
    found = query.all(first=2)
    assert [book.__data__ for book in found] == [book.__data__ for book in asked]
    assert [book.shelf_id for book in found] == [2, 1, 2]
    assert query.first(first=4).title == "it's 3"
    assert query.first(first=99) is None


def test_rows_are_dicts_without_a_model_and_a_joined_column_has_its_own_name(pool: PostgresqlDatabase) -> None:
    joined = Book.select(Book, Shelf.label.alias("shelf_label")).join(Shelf).order_by(Book.id)
    plain = [{"shelf_id" if name == "shelf" else name: row[name] for name in row} for row in joined.dicts()]
    assert FixedQuery(lambda: joined).all() == plain
    found = FixedQuery(lambda: joined, Book).first()
    assert (found.title, found.shelf_label) == ("it's 0", "left")
    assert FixedQuery(lambda: Shelf.select().where(Shelf.id == parameter("id"))).first(id=2) == {
        "id": 2, "label": "100 %s",
    }  # fmt: skip


@pytest.mark.parametrize(("price", "count"), [(None, 4), (2, 1), (9, 0)])
def test_a_condition_of_nothing_holds_for_every_row(pool: PostgresqlDatabase, price: int | None, count: int) -> None:
    query = FixedQuery(lambda: Book.select().where(optional("price", Book.price == parameter("price"))), Book)
    assert len(query.all(price=price)) == count


def test_values_of_the_query_itself_stay(pool: PostgresqlDatabase) -> None:
    own = FixedQuery(
        lambda: (
            Book.select()
            .where((Book.title != "it's 1") & (Book.id > parameter("after")) & Book.tags.contains(["a"]))
            .order_by(Book.id)
            .limit(parameter("limit"))
        ),
        Book,
    )
    assert [book.id for book in own.all(after=0, limit=2)] == [1, 3]
    assert [book.id for book in own.all(after=1, limit=None)] == [3, 4]


def test_a_value_can_t_become_part_of_the_text(pool: PostgresqlDatabase) -> None:
    query = FixedQuery(lambda: Book.select().where(Book.title == parameter("title")), Book)
    assert query.all(title="it's 0' OR 'a' = 'a") == []
    assert query.first(title="it's 0").id == 1


def test_a_value_that_is_not_given_is_a_mistake(pool: PostgresqlDatabase) -> None:
    query = FixedQuery(lambda: Book.select().where(Book.title == parameter("title")), Book)
    with pytest.raises(KeyError, match="title"):
        query.all(name="it's 0")
