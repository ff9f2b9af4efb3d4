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
    "age": ("age", "full years", "age years", "возраст", "полных лет"),
    "credit_score": (
        *("credit score", "creditscore", "score", "bureau score", "scoring", "credit rating", "fico"),
        *("кредитный рейтинг", "кредитный балл", "скоринг", "скоринговый балл", "скорбалл"),
    ),
    "property_points": (
        *("property points", "property", "objects", "equity", "owned objects"),
        *("собственность", "объекты", "имущество", "баллы собственности"),
    ),
    "balance": ("balance", "account balance", "deposit", "баланс", "остаток", "вклад", "депозит"),
    "product_count": (
        *("products", "product count", "number of products", "num of products", "numofproducts"),
        *("products held", "num products", "services", "relationship count"),
        *("продукты", "продуктов", "число продуктов", "количество продуктов", "услуги", "услуг"),
    ),
    "has_credit_card": (
        *("credit card", "creditcard", "has credit card", "has card", "hascrcard", "card"),
        *("кредитная карта", "кредитка", "карта", "есть карта"),
    ),
    "is_active": (
        *(
            "active",
            "is active",
            "active member",
            "isactivemember",
            "is active member",
            "activity",
            "loyalty",
        ),
        *("last activity", "active last quarter", "active last month"),
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

NEUTRAL = frozenset(
    (
        *("customer", "client", "cust", "user", "member", "current", "total", "the", "of", "in", "is", "has"),
        *("flag", "label", "value", "status", "клиент", "клиента", "текущий", "признак", "флаг"),
    )
)
"""Words beside a known name that do not change what it means: the age of a customer is an age."""

NEGATED = frozenset(("not", "no", "non", "isnt", "hasnt", "never", "не", "нет"))
"""Words that turn the name of churn, or what it holds, round."""

STAYED_NAMES = frozenset(
    (
        *(
            "retained",
            "retention",
            "stayed",
            "remained",
            "kept",
            "loyal",
            "staying",
            "is retained",
            "not left",
        ),
        *("остался", "остались", "удержан", "удержание", "сохранен"),
    )
)
"""Names of a column that says of whom stayed, not of whom left."""

STAYED = (
    "stay",
    "remain",
    "retain",
    "exist",
    "kept",
    "current",
    "active",
    "остал",
    "действу",
    "сохран",
    "удерж",
)
"""Beginnings of words that say of a client that he or she stayed."""

TELLING_OF_CHURN = (
    *("churn", "attrit", "exit", "leav", "closing", "closed", "terminat", "cancel", "reason"),
    *("отток", "ушел", "уход", "ушл", "закрыт", "расторж", "причин"),
)
"""Beginnings of words in the name of a column that is known only after a client left, or made from that."""

PERSONAL = frozenset(
    (
        *(
            "surname",
            "lastname",
            "firstname",
            "fullname",
            "name",
            "phone",
            "telephone",
            "mobile",
            "email",
            "mail",
        ),
        *(
            "passport",
            "address",
            "birthday",
            "фамилия",
            "имя",
            "отчество",
            "фио",
            "телефон",
            "почта",
            "паспорт",
        ),
        *("адрес", "инн", "снилс", "ssn", "iban"),
    )
)
"""Words in the name of a column of personal data, which no attribute is."""

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
