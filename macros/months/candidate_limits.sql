{#
  Below which key a client may be learnt from, by portfolio, where all states of all would be more than var `forecast_candidates`. Keys are
  hashes, so it is chance who is below; who is not named there, all of a portfolio.
#}
{% macro candidate_limits() %}
    {%- set limits = {} -%}
    {%- if execute and load_relation(ref('int_history_persons')) and load_relation(ref('int_forecast_periods')) -%}
        {%- for row in run_query('select persons.portfolio, count(*) from ' ~ ref('int_history_persons') ~ ' as persons inner join '
            ~ ref('int_forecast_periods') ~ ' as periods on persons.portfolio = periods.portfolio and persons.snapshot_date = periods.state_date'
            ~ ' group by persons.portfolio having count(*) > ' ~ var('forecast_candidates')).rows -%}
            {%- do limits.update({row[0]: '%08x' | format((4294967296 * var('forecast_candidates') / (row[1] | int)) | int)}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(limits) }}
{% endmacro %}
