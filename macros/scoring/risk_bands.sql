{# The risk bands, lowest first, read from the seed while compiling: risk_band, upper_bound, label_ru, label_en, band_order. #}
{% macro risk_bands() %}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(run_query(
        'select risk_band, upper_bound, label_ru, label_en, band_order from ' ~ ref('risk_bands') ~ ' order by band_order'
    ).rows | list) }}
{% endmacro %}
