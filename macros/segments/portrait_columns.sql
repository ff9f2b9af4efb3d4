{#
  The columns of a wide portrait: each measure of `int_portraits` that it shows, and for shares, medians and means the
  difference from the portfolio.
#}
{% macro portrait_columns() %}
    {%- set columns = ['top_city', 'top_city_share', 'top_city_share_difference', 'share_of_clients'] -%}
    {%- for share in portrait_shares() -%}
        {%- do columns.extend([share, share ~ '_difference']) -%}
    {%- endfor -%}
    {%- for metric in portrait_metrics('counted') + portrait_metrics('continuous') -%}
        {%- for statistic in ['median', 'median_difference', 'q25', 'q75', 'mean', 'mean_difference'] -%}
            {%- do columns.append(metric ~ '_' ~ statistic) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
