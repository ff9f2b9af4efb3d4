{#
  The columns of a wide portrait: each measure of `int_portraits` that it shows, and for shares and medians the difference
  from the portfolio. A bank's own numbers and products are in `portraits` only. No means: from those of the other segments, that of a hidden one could be worked out.
#}
{% macro portrait_columns() %}
    {%- set columns = ['top_city', 'top_city_ru', 'top_city_en', 'top_city_share', 'top_city_share_difference', 'share_of_clients'] -%}
    {%- for share in portrait_shares(additional=false) -%}
        {%- do columns.extend([share, share ~ '_difference']) -%}
    {%- endfor -%}
    {%- for metric in attribute_names('portraits', ['whole_number']) + attribute_names('portraits', ['amount']) if metric in var('attributes') -%}
        {%- for statistic in ['median', 'median_difference', 'q25', 'q75'] -%}
            {%- do columns.append(metric ~ '_' ~ statistic) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
