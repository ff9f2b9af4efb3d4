{# Named steps that find the three greatest keys of a client and the cells they carry; null below the threshold. #}
{% macro greatest_keys(portfolio, numbers) -%}
{%- set threshold = (var('min_reason_contribution') * 10 ** 12) | round | int -%}
{% for place in [1, 2, 3] -%}
{{ portfolio }}_greatest_{{ place }} as (
    select
        greatest(
            {%- for number in numbers %}
            {{ 'key_' ~ number if place == 1 else 'case when key_' ~ number ~ ' < greatest_' ~ (place - 1) ~ ' then key_' ~ number ~ ' end' }}
            {{- ',' if not loop.last }}
            {%- endfor %}
            {{- ', cast(null as bigint)' if numbers | length == 1 }}
        ) as greatest_{{ place }},
        *
    from {{ portfolio }}_{{ 'keys' if place == 1 else 'greatest_' ~ (place - 1) }}
),

{% endfor -%}
{{ portfolio }}_reasons as (
    select
        {%- for place in [1, 2, 3] %}
        case when greatest_{{ place }} >= {{ threshold }} * 100000 then mod(greatest_{{ place }}, 100000) end as reason_{{ place }},
        {%- endfor %}
        *
    from {{ portfolio }}_greatest_3
),
{%- endmacro %}
