"""The fixed words of a conclusion, in two languages."""

from typing import Literal

from bank_churn.words.language import Language

Comparative = Literal["higher", "lower", "equal"]

DIRECTIONS: dict[Language, dict[Comparative, str]] = {
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
MAGNITUDE_RANGES: dict[Language, dict[str, str]] = {
    "ru": {
        "negligible": "пренебрежимо малого",
        "small": "небольшого",
        "medium": "среднего",
        "large": "большого",
    },
    "en": MAGNITUDES["en"],
}
TESTS: dict[Language, dict[str, str]] = {
    "ru": {
        "welch_t": "сравнение средних (Уэлч)",
        "mann_whitney": "сравнение по рангам (Манн — Уитни)",
        "fisher_exact": "точный критерий Фишера",
        "two_proportions_z": "z-критерий",
        "welch_anova": "сравнение средних (дисперсионный анализ Уэлча)",
        "kruskal_wallis": "сравнение по рангам (Краскел — Уоллис)",
        "g_test": "критерий G",
    },
    "en": {
        "welch_t": "a comparison of means (Welch)",
        "mann_whitney": "a comparison by ranks (Mann–Whitney)",
        "fisher_exact": "Fisher's exact test",
        "two_proportions_z": "the z test",
        "welch_anova": "a comparison of means (Welch's analysis of variance)",
        "kruskal_wallis": "a comparison by ranks (Kruskal–Wallis)",
        "g_test": "the G test",
    },
}
EFFECTS: dict[Language, dict[str, str]] = {
    "ru": {
        "hedges_g": "g Хеджеса",
        "cohens_h": "h Коэна",
        "cliffs_delta": "δ Клиффа",
        "cramers_v": "V Крамера",
        "omega_squared": "ω²",
        "epsilon_squared": "ε²",
        "odds_ratio": "отношение шансов",
    },
    "en": {
        "hedges_g": "Hedges' g",
        "cohens_h": "Cohen's h",
        "cliffs_delta": "Cliff's δ",
        "cramers_v": "Cramér's V",
        "omega_squared": "ω²",
        "epsilon_squared": "ε²",
        "odds_ratio": "odds ratio",
    },
}
VERDICTS: dict[Language, dict[str, str]] = {
    "ru": {
        "differs": "Различие есть",
        "unclear": "Различие есть, но неясно, важно ли оно",
        "negligible": "Различие есть, но пренебрежимо мало",
        "equivalent": "Группы практически одинаковы",
        "not_shown": "Различие не показано",
        "not_computable": "Проверить нельзя",
    },
    "en": {
        "differs": "The groups differ",
        "unclear": "The groups differ, but whether it matters is not clear",
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
        "margin": "разница укладывается в ±{margin} (проверка эквивалентности: p с поправкой {p})",
        "many_groups": "{metric} по признаку «{attribute}» — от {low} («{lowest}») до {high} («{highest}»)",
        "many_groups_mean": (
            "{metric} в среднем по признаку «{attribute}» — от {low} («{lowest}») до {high} («{highest}»)"
        ),
        "many_groups_bare": "{metric} по признаку «{attribute}»",
        "effect": "Эффект {magnitude}: {name} = {value}{interval}, p с поправкой {p}.",
        "magnitudes": "от {low} до {high}",
        "floor": (
            "Интервал эффекта захватывает {floor} — порог, ниже которого различие считается "
            "пренебрежимо малым."
        ),
        "alone": (
            "Сам по себе такой результат был бы значим, но по этим клиентам сразу задано "
            "{count} {questions}, и среди стольких один подобный нетрудно встретить случайно; "
            "с поправкой на это он не показан."
        ),
        "only_companion": ("Но {test} различие показывает (p с поправкой {p}{effect}){otherwise}."),
        "otherwise": ": группы различаются не тем, что сравнивает основная проверка",
        "only_primary": "Но {test} этого не подтверждает (p с поправкой {p}{effect}).",
        "opposite_directions": "Но {test} показывает обратное направление (p с поправкой {p}{effect}).",
        "scenario_drop_missing_balance": (
            "Без клиентов, баланс которых не указан, ответ другой{turned}. {verdict}: {body}."
        ),
        "scenario_keep_all": (
            "Вместе с клиентами, баланс которых не указан, ответ другой{turned}. {verdict}: {body}."
        ),
        "turned": ", и знак разницы обратный",
        "interval": " (от {low} до {high})",
        "power": (
            "Отдельная проверка при таком числе клиентов с вероятностью 80{nb}% "
            "заметила бы эффект не слабее {name} = {value}."
        ),
        "stratified": (
            "При одинаковом значении признака «{attribute}» отношение шансов (Мантель — Хензель) "
            "{value} (от {low} до {high}){only}."
        ),
        "only_stratum": "; сравнить можно только клиентов {clients}",
        "reverses": (
            "Внимание, парадокс Симпсона: при одинаковом значении признака «{attribute}» "
            "направление различия обратное."
        ),
        "disappears": (
            "Внимание, парадокс Симпсона: при одинаковом значении признака «{attribute}» "
            "видимая разница исчезает."
        ),
        "direction_reverses": (
            "Внимание: направление зависит от признака «{attribute}» (Гайл — Саймон, p с поправкой {p}). "
            "В группе «{a}» против остальных: {strata}."
        ),
        "stratum_higher": "у клиентов {clients} выше ({x} против {y})",
        "stratum_lower": "у клиентов {clients} ниже ({x} против {y})",
        "stratum_unclear": "у клиентов {clients} неясно ({x} против {y})",
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
        "margin": "the difference stays within ±{margin} (equivalence test: adjusted p {p})",
        "many_groups": "the {metric} by {attribute} ranges from {low} (“{lowest}”) to {high} (“{highest}”)",
        "many_groups_mean": (
            "the mean {metric} by {attribute} ranges from {low} (“{lowest}”) to {high} (“{highest}”)"
        ),
        "many_groups_bare": "the {metric} by {attribute}",
        "effect": "The effect is {magnitude}: {name} = {value}{interval}, adjusted p {p}.",
        "magnitudes": "anything from {low} to {high}",
        "floor": (
            "The effect's interval includes {floor}, the threshold below which a difference counts as "
            "negligible."
        ),
        "alone": (
            "Taken alone this would be significant, but {count} {questions} put to these data at once, "
            "and among so many chance easily gives one such result; allowing for that, it is not shown."
        ),
        "only_companion": ("But {test} does show a difference (adjusted p {p}{effect}){otherwise}."),
        "otherwise": ": the groups differ in something other than what the main test compares",
        "only_primary": "But {test} does not confirm it (adjusted p {p}{effect}).",
        "opposite_directions": "But {test} points the other way (adjusted p {p}{effect}).",
        "scenario_drop_missing_balance": (
            "Without the clients whose balance is missing the answer is different{turned}. {verdict}: {body}."
        ),
        "scenario_keep_all": (
            "With the clients whose balance is missing the answer is different{turned}. {verdict}: {body}."
        ),
        "turned": ", and the difference has the opposite sign",
        "interval": " ({low} to {high})",
        "power": (
            "On its own, with this many clients, the test would show an effect of {name} = {value} or "
            "stronger with 80% probability."
        ),
        "stratified": (
            "With the {attribute} held fixed the odds ratio (Mantel–Haenszel) is {value} "
            "({low} to {high}){only}."
        ),
        "only_stratum": "; only clients {clients} can be compared",
        "reverses": "Beware of Simpson's paradox: with the {attribute} held fixed the direction is reversed.",
        "disappears": (
            "Beware of Simpson's paradox: with the {attribute} held fixed the visible difference vanishes."
        ),
        "direction_reverses": (
            "Beware: the direction depends on the {attribute} (Gail–Simon, adjusted p {p}). "
            "In the group “{a}” against the other: {strata}."
        ),
        "stratum_higher": "higher among clients {clients} ({x} against {y})",
        "stratum_lower": "lower among clients {clients} ({x} against {y})",
        "stratum_unclear": "not clear among clients {clients} ({x} against {y})",
        "small": "Note: one of the groups has fewer than {count} clients.",
    },
}
CLAIMS: dict[Language, dict[str, str]] = {
    "ru": {
        "strongest": "Да: признак «{a}» связан с оттоком сильнее всех остальных",
        "not_strongest": "Нет: признак «{b}» связан с оттоком сильнее, чем «{a}»",
        "unclear": "Неясно: по этим данным не сказать, что связано с оттоком сильнее — «{a}» или «{b}»",
        "not_computable": "Проверить нельзя: силу связи признака с оттоком по этим данным не посчитать.",
        "sentence": (
            "{opening}. С признаком «{a}» связано {x} различий в оттоке, с признаком «{b}» — {y} "
            "(V Крамера {v} и {w}); разница {d} (от {low} до {high}, с учётом сравнений: {count})."
        ),
    },
    "en": {
        "strongest": "Yes: {a} is associated with churn more strongly than any other attribute",
        "not_strongest": "No: {b} is associated with churn more strongly than {a}",
        "unclear": (
            "Not clear: these data do not tell whether {a} or {b} is associated with churn more strongly"
        ),
        "not_computable": "Cannot be tested: these data do not give the strength of the attribute.",
        "sentence": (
            "{opening}. {x} of the variation in churn goes with {a}, {y} with {b} "
            "(Cramér's V {v} and {w}); the difference is {d} "
            "({low} to {high}, allowing for {count} comparisons)."
        ),
    },
}
"""What is said of a claim that one attribute matters most."""
