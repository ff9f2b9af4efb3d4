{# The attributes that split clients into groups for the tests: the same list as the registry accepts, and the additional ones. #}
{% macro statistics_attributes() %}
    {{ return([
        'is_churned', 'product_count', 'city', 'gender', 'is_active', 'has_credit_card', 'age_band', 'has_balance',
    ] + additional_attributes()) }}
{% endmacro %}
