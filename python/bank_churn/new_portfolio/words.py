"""What banks call the columns, in Russian and English, and what attributes beyond them are called in both."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, tuple[str, ...]] = {
    "client_id": (
        *("client id", "client", "clientid", "client no", "client number", "clientnum", "clnt id", "cif"),
        *("customer id", "customer", "customerid", "customer no", "customer number", "user id", "userid"),
        *("account id", "id", "ид", "ид клиента", "id клиента", "номер клиента", "код клиента", "клиент"),
        "идентификатор",
    ),
    "city": ("city", "town", "город", "населенный пункт", "place of residence"),
    "gender": ("gender", "sex", "пол"),
    "age": ("age", "full years", "возраст", "полных лет"),
    "credit_score": (
        *("credit score", "creditscore", "score", "bureau score", "scoring", "credit rating"),
        *("кредитный рейтинг", "кредитный балл", "скоринг", "скоринговый балл", "скорбалл"),
    ),
    "property_points": (
        *("property points", "property", "objects", "equity", "owned objects"),
        *("собственность", "объекты", "имущество", "баллы собственности"),
    ),
    "balance": ("balance", "account balance", "deposit", "баланс", "остаток", "вклад", "депозит"),
    "product_count": (
        *("products", "product count", "number of products", "num of products", "numofproducts"),
        *("products held", "services", "relationship count"),
        *("продукты", "продуктов", "число продуктов", "количество продуктов", "услуги", "услуг"),
    ),
    "has_credit_card": (
        *("credit card", "creditcard", "has credit card", "has card", "hascrcard", "card"),
        *("кредитная карта", "кредитка", "карта", "есть карта"),
    ),
    "is_active": (
        *("active", "is active", "active member", "isactivemember", "activity", "last activity", "loyalty"),
        *("активность", "активен", "активный", "активный клиент", "лояльность"),
    ),
    "estimated_salary": (
        *("salary", "estimated salary", "estimatedsalary", "est salary", "income", "wage", "earnings"),
        *("зарплата", "доход", "заработок", "оценка дохода"),
    ),
    "is_churned": (
        *(
            "churn",
            "churned",
            "is churned",
            "attrition",
            "attrition flag",
            "exited",
            "has left",
            "left",
            "closed",
        ),
        *("отток", "ушел", "ушел клиент", "ушли", "ушедший", "покинул", "закрыл счет"),
    ),
}
"""Canonical column → names in small letters, words parted by spaces."""

MISLEADING: Mapping[str, tuple[str, ...]] = {
    "balance": ("revolving", "credit", "loan", "debt", "кредит", "долг", "задолженность"),
    "estimated_salary": ("band", "category", "group", "level"),
    "has_credit_card": ("category", "type", "tier", "limit", "вид", "тип"),
}
"""Words beside a known name that make the column something else: a revolving balance is a debt."""

LEFT = (
    "attrit",
    "churn",
    "left",
    "leav",
    "closed",
    "exit",
    "lost",
    "gone",
    "отток",
    "ушел",
    "ушла",
    "закры",
    "покин",
)
"""Beginnings of words that say of a client that he or she left."""

ATTRIBUTES: Mapping[str, tuple[str, str, str]] = {
    "education": ("education", "образование", "education"),
    "образование": ("education", "образование", "education"),
    "marital": ("marital_status", "семейное положение", "marital status"),
    "семейное": ("marital_status", "семейное положение", "marital status"),
    "income": ("income_band", "группа дохода", "income band"),
    "доход": ("income_band", "группа дохода", "income band"),
    "card": ("card_type", "вид карты", "type of card"),
    "карты": ("card_type", "вид карты", "type of card"),
    "dependent": ("dependent_count", "число иждивенцев", "number of dependants"),
    "dependents": ("dependent_count", "число иждивенцев", "number of dependants"),
    "dependants": ("dependent_count", "число иждивенцев", "number of dependants"),
    "children": ("children_count", "число детей", "number of children"),
    "детей": ("children_count", "число детей", "number of children"),
    "occupation": ("occupation", "профессия", "occupation"),
    "job": ("occupation", "профессия", "occupation"),
    "профессия": ("occupation", "профессия", "occupation"),
    "region": ("region", "регион", "region"),
    "country": ("country", "страна", "country"),
    "регион": ("region", "регион", "region"),
    "branch": ("branch", "отделение", "branch"),
    "отделение": ("branch", "отделение", "branch"),
    "channel": ("channel", "канал", "channel"),
    "канал": ("channel", "канал", "channel"),
    "tariff": ("tariff", "тариф", "tariff"),
    "тариф": ("tariff", "тариф", "tariff"),
}
"""Word of a column's name → name of the additional attribute, what it is called in Russian and in English."""

LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        (
            *("a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s"),
            *("t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya"),
        ),
        strict=True,
    )
)
"""Russian letters in Latin ones, for the name of an attribute."""
