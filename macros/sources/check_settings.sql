{# Stops the build in one sentence when no portfolio is switched on, or a var has a value that means nothing. #}
{% macro check_settings() %}
    {%- if execute and not switched_on_portfolios() -%}
        {%- do stop_build('Every portfolio is switched off: set '
            ~ var('portfolios') | join('_CLIENTS or ') | upper ~ '_CLIENTS to an extract.') -%}
    {%- endif -%}
    {%- do check_portfolios() -%}
    {%- if var('cleaning_scenario') not in ['keep_all', 'drop_missing_balance'] -%}
        {%- do stop_build('cleaning_scenario is "' ~ var('cleaning_scenario')
            ~ '"; it must be keep_all or drop_missing_balance.') -%}
    {%- endif -%}
    {%- if var('client_value_horizon') not in ['year', 'expected_stay'] -%}
        {%- do stop_build('client_value_horizon is "' ~ var('client_value_horizon') ~ '"; it must be year or expected_stay.') -%}
    {%- endif -%}
    {%- for portfolio in switched_on_portfolios() if not modules.re.fullmatch('[a-z][a-z0-9_]*', portfolio | string) -%}
        {%- do stop_build('portfolios holds "' ~ portfolio ~ '"; a name is small Latin letters, digits and _.') -%}
    {%- endfor -%}
    {#- They are written into SQL as they are. -#}
    {%- for name in [
        'small_group_size', 'min_group_size', 'min_target_group_size', 'max_target_groups', 'max_searched_attributes',
        'max_searched_groups', 'max_searched_values', 'max_rejected_share',
        'balance_margin', 'stay_horizon_days', 'stay_min_periods', 'forecast_count_margin', 'forecast_slope_margin', 'forecast_min_leavers',
        'retention_effectiveness', 'contact_cost', 'max_value_multiple', 'contact_pause_days', 'few_clients_share',
        'churn_model_sample_size', 'churn_model_folds', 'churn_model_pairs', 'churn_model_bags', 'churn_model_bins',
        'churn_model_pair_bins', 'churn_model_triples', 'churn_model_triple_bins', 'churn_model_learning_rate',
        'churn_model_early_stopping_rounds', 'churn_model_min_clients', 'churn_model_min_per_outcome', 'min_reason_contribution'
    ] if var(name) is not number or var(name) is boolean -%}
        {%- do stop_build(name ~ ' is "' ~ var(name) ~ '"; it must be a number.') -%}
    {%- endfor -%}
    {#- One bag would have nobody to stop by, one fold nobody to learn from. -#}
    {%- for name, least in {
        'churn_model_folds': 2, 'churn_model_bags': 2, 'churn_model_bins': 2, 'churn_model_pair_bins': 2,
        'churn_model_triple_bins': 2, 'churn_model_pairs': 0, 'churn_model_triples': 0, 'churn_model_early_stopping_rounds': 1
    }.items() if var(name) < least -%}
        {%- do stop_build(name ~ ' is ' ~ var(name) ~ '; it must be ' ~ least ~ ' or more.') -%}
    {%- endfor -%}
    {%- do snapshot_date() -%}
    {%- set known = churn_model_attributes() | map(attribute='name') | list -%}
    {%- if var('excluded_attributes') is string -%}
        {%- do stop_build('excluded_attributes is a text; write a list, such as [gender, age].') -%}
    {%- endif -%}
    {%- for attribute in var('excluded_attributes') if attribute not in known -%}
        {%- do stop_build('excluded_attributes names "' ~ attribute ~ '"; the churn model knows ' ~ known | join(', ') ~ '.') -%}
    {%- endfor -%}
    {%- set numbers = supplied_attributes(['whole_number', 'amount']) | map(attribute='name') | list -%}
    {%- for column, range in var('valid_ranges').items()
        if range is string or range | length != 2 or range | reject('number') | list -%}
        {%- do stop_build('valid_ranges has "' ~ range ~ '" for ' ~ column ~ '; it must be two numbers.') -%}
    {%- endfor -%}
    {%- for column in var('valid_ranges') if column not in numbers -%}
        {%- do stop_build('valid_ranges has a range for "' ~ column ~ '"; the numbers of clients are ' ~ numbers | join(', ') ~ '.') -%}
    {%- endfor -%}
{% endmacro %}
