{# The shares that a portrait gives: name of the measure → [condition counted, condition of being known]. #}
{% macro portrait_shares() %}
    {{ return({
        'women_share': ["gender = 'female'", 'gender is not null'],
        'card_share': ['has_credit_card', 'has_credit_card is not null'],
        'active_share': ['is_active', 'is_active is not null'],
        'missing_balance_share': ['not has_balance', 'has_balance is not null'],
    }) }}
{% endmacro %}
