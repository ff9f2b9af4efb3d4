{#
  A measure of a portrait as text, by the columns `kind` and `decimals` that `relation` takes from the seed
  `portrait_measures`: shares as per cent, numbers with their decimals.
#}
{% macro measure_text(value, relation, language) -%}
    case
        when {{ relation }}.kind = 'share' then {{ percent_text(value, language) }}
        when {{ relation }}.decimals = 0 then {{ format_thousands(value, language) }}
        {%- for decimals in [1, 2] %}
        {{ 'when ' ~ relation ~ '.decimals = 1 then' if decimals == 1 else 'else' }}
            {{ "replace(" ~ format_decimal(value, decimals) ~ ", '.', ',')" if language == 'ru' else format_decimal(value, decimals) }}
        {%- endfor %}
    end
{%- endmacro %}
