{# Before a model of `kept_by_month` selects anew: takes out what it holds of the snapshots that this run loads. #}
{% macro forget_months(relation, and_later=false) %}
    {%- if execute and load_relation(relation) and not flags.FULL_REFRESH and snapshots_to_load() -%}
        delete from {{ relation }} where {{ is_loading(and_later) }}
    {%- endif -%}
{% endmacro %}
