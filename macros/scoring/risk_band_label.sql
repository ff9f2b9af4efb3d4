{# SQL: what a risk band is called. #}
{% macro risk_band_label(column, bands, language) -%}
    case {{ column }}
            {%- for band in bands %}
            when '{{ band['risk_band'] }}' then '{{ band['label_' ~ language] }}'
            {%- endfor %}
        end
{%- endmacro %}
