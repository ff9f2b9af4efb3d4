{#
  The band code of a value, compiled from the seed `bands`. Bounds of kind `share` (quantiles) differ between
  portfolios and come from columns <attribute>_<number of the band>_upper of the relation `bounds`.
#}
{% macro band_case(band, column, bounds) -%}
    {%- set parts = bands_of(band) -%}
    case
        when {{ column }} is null then null
        {%- for part in parts[:-1] %}
        when {{ column }} < {{ part['upper_bound'] if part['kind'] == 'value'
            else bounds ~ '.' ~ band['made_of'] ~ '_' ~ loop.index ~ '_upper' }} then '{{ part["band_code"] }}'
        {%- endfor %}
        else {{ "'" ~ parts[-1]['band_code'] ~ "'" if parts else 'null' }}
    end
{%- endmacro %}
