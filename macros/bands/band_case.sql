{#
  The band code of a value, compiled from the seed `bands`. Bounds of kind `share` (quantiles) differ between
  portfolios and come from columns <attribute>_<number of the band>_upper of the relation `bounds`.
#}
{% macro band_case(attribute, column, bounds) -%}
    {%- set bands = bands_of(attribute) -%}
    case
        when {{ column }} is null then null
        {%- for band in bands[:-1] %}
        when {{ column }} < {{ band['upper_bound'] if band['kind'] == 'value'
            else bounds ~ '.' ~ attribute ~ '_' ~ loop.index ~ '_upper' }} then '{{ band["band_code"] }}'
        {%- endfor %}
        else {{ "'" ~ bands[-1]['band_code'] ~ "'" if bands else 'null' }}
    end
{%- endmacro %}
