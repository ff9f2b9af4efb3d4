{# Stops the build in one sentence when a full refresh would lose months that cannot be read again, unless var `accept_lost_months` is true. #}
{% macro check_lost_months() %}
    {%- set ledger = relation_built('loaded_snapshots') -%}
    {%- if ledger and flags.FULL_REFRESH and not var('accept_lost_months') -%}
        {%- set kept, lost = [], [] -%}
        {%- for portfolio in switched_on_portfolios() -%}
            {%- for day in snapshot_of(portfolio).get('on_disk', []) -%}{%- do kept.append(portfolio ~ ' ' ~ day) -%}{%- endfor -%}
        {%- endfor -%}
        {%- for row in run_query('select portfolio, cast(snapshot_date as ' ~ dbt.type_string() ~ ') from ' ~ ledger ~ ' order by 1, 2') -%}
            {%- do lost.append(row[0] ~ ' ' ~ row[1]) if row[0] ~ ' ' ~ row[1] not in kept -%}
        {%- endfor -%}
        {%- if lost -%}
            {%- do stop_build('--full-refresh would lose ' ~ lost | join(', ')
                ~ ', which this run cannot read again: put their files back and use `bank_churn build`,'
                ~ ' or accept the loss with --vars \'{accept_lost_months: true}\'.') -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
