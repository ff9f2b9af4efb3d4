{# Whether an id has gone to somebody else between two states: nobody grows younger, and a changed gender is another person. #}
{% macro is_id_reused(earlier, later) -%}
    (
        coalesce({{ later }}.age < {{ earlier }}.age, false)
        or coalesce({{ later }}.gender <> {{ earlier }}.gender, false)
    )
{%- endmacro %}
