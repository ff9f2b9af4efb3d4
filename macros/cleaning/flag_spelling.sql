{# A spelling of yes or no in the form the seed `flags` is compared in: small letters, е for ё, no full stop ("True."). #}
{% macro flag_spelling(column) -%}
    case
        when {{ column }} in ('0', '1') then {{ column }}
        else regexp_replace(replace(lower({{ trimmed(column) }}), 'ё', 'е'), '[.]$', '')
    end
{%- endmacro %}
