"""The fixed words of a conclusion, in two languages."""

from typing import Literal

from bank_churn.words.reasons import Language

Direction = Literal["higher", "lower", "equal"]

DIRECTIONS: dict[Language, dict[Direction, str]] = {
    "ru": {"higher": "выше", "lower": "ниже", "equal": "не выше и не ниже"},
    "en": {"higher": "higher", "lower": "lower", "equal": "neither higher nor lower"},
}
MAGNITUDES: dict[Language, dict[str, str]] = {
    "ru": {
        "negligible": "пренебрежимо мал",
        "small": "небольшой",
        "medium": "средний",
        "large": "большой",
    },
    "en": {"negligible": "negligible", "small": "small", "medium": "medium", "large": "large"},
}
EFFECTS: dict[Language, dict[str, str]] = {
    "ru": {
        "hedges_g": "g Хеджеса",
        "cohens_h": "h Коэна",
        "cliffs_delta": "δ Клиффа",
        "cramers_v": "V Крамера",
        "omega_squared": "ω²",
        "epsilon_squared": "ε²",
    },
    "en": {
        "hedges_g": "Hedges' g",
        "cohens_h": "Cohen's h",
        "cliffs_delta": "Cliff's δ",
        "cramers_v": "Cramér's V",
        "omega_squared": "ω²",
        "epsilon_squared": "ε²",
    },
}
VERDICTS: dict[Language, dict[str, str]] = {
    "ru": {
        "differs": "Различие есть",
        "negligible": "Различие есть, но пренебрежимо мало",
        "equivalent": "Группы практически одинаковы",
        "not_shown": "Различие не показано",
        "not_computable": "Проверить нельзя",
    },
    "en": {
        "differs": "The groups differ",
        "negligible": "The groups differ, but negligibly",
        "equivalent": "The groups are practically the same",
        "not_shown": "No difference is shown",
        "not_computable": "Cannot be tested",
    },
}
PHRASES: dict[Language, dict[str, str]] = {
    "ru": {
        "among": "Сравнение только среди клиентов группы «{group}».",
        "two_groups": "{metric} {direction} в группе «{a}», чем в группе «{b}»: {x} против {y}",
        "two_groups_mean": (
            "{metric} в среднем {direction} в группе «{a}», чем в группе «{b}»: {x} против {y}"
        ),
        "two_groups_rank": (
            "{metric} в группе «{a}» чаще {direction}, чем в группе «{b}» "
            "(у случайного клиента первой группы значение {direction} с вероятностью {chance}): "
            "в среднем {x} против {y}"
        ),
        "level": "{metric} — {x} в группе «{a}» и {y} в группе «{b}»",
        "difference": "разница {d} (95-процентный интервал от {low} до {high})",
        "margin": "разница укладывается в ±{margin} (проверка эквивалентности: p {p})",
        "many_groups": "{metric} по признаку «{attribute}»: от {low} («{lowest}») до {high} («{highest}»)",
        "many_groups_bare": "{metric} по признаку «{attribute}»",
        "effect": "Эффект {magnitude}: {name} = {value}{interval}, p с поправкой {p}.",
        "no_effect": "p с поправкой {p}.",
        "interval": " (от {low} до {high})",
        "power": (
            "Отдельная проверка при таком числе клиентов с вероятностью 80{nb}% "
            "заметила бы эффект от {name} = {value}."
        ),
        "stratified": (
            "При одинаковом значении признака «{attribute}» отношение шансов (Мантель — Хензель) "
            "{value} (от {low} до {high})."
        ),
        "reverses": (
            "Внимание, парадокс Симпсона: при одинаковом значении признака «{attribute}» "
            "направление различия обратное."
        ),
        "disappears": (
            "Внимание, парадокс Симпсона: при одинаковом значении признака «{attribute}» "
            "видимая разница исчезает."
        ),
        "small": "Внимание: в одной из групп меньше {count} клиентов.",
    },
    "en": {
        "among": "Compared only among clients in the group “{group}”.",
        "two_groups": "the {metric} is {direction} in the group “{a}” than in “{b}”: {x} against {y}",
        "two_groups_mean": (
            "the {metric} is on average {direction} in the group “{a}” than in “{b}”: {x} against {y}"
        ),
        "two_groups_rank": (
            "the {metric} in the group “{a}” is more often {direction} than in “{b}” "
            "(for a random client of the first group it is {direction} with probability {chance}): "
            "on average {x} against {y}"
        ),
        "level": "the {metric} is {x} in the group “{a}” and {y} in “{b}”",
        "difference": "the difference is {d} (95% interval from {low} to {high})",
        "margin": "the difference stays within ±{margin} (equivalence test: p {p})",
        "many_groups": "the {metric} by {attribute} ranges from {low} (“{lowest}”) to {high} (“{highest}”)",
        "many_groups_bare": "the {metric} by {attribute}",
        "effect": "The effect is {magnitude}: {name} = {value}{interval}, adjusted p {p}.",
        "no_effect": "Adjusted p {p}.",
        "interval": " ({low} to {high})",
        "power": (
            "On its own, with this many clients, the test would show an effect of {name} = {value} "
            "with 80% probability."
        ),
        "stratified": (
            "With the {attribute} held fixed the odds ratio (Mantel–Haenszel) is {value} ({low} to {high})."
        ),
        "reverses": "Beware of Simpson's paradox: with the {attribute} held fixed the direction is reversed.",
        "disappears": (
            "Beware of Simpson's paradox: with the {attribute} held fixed the visible difference vanishes."
        ),
        "small": "Note: one of the groups has fewer than {count} clients.",
    },
}
