{# The risk band of a probability; in a forecast bounds count against its average, by the column `band_factor`. #}
{% macro risk_band_of(probability, bands) -%}
    case
            when {{ probability }} is null then null
            {%- for band in bands %}
            {{ 'else' if loop.last else 'when ' ~ probability ~ ' < ' ~ band[1] ~ 'e0 * band_factor then' }} '{{ band[0] }}'
            {%- endfor %}
        end
{%- endmacro %}
