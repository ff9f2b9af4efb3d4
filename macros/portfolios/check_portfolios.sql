{# Stops the build in one sentence when var `portfolios` says something of a bank that means nothing. #}
{% macro check_portfolios() %}
    {%- set taken = ['client_id', 'portfolio', 'client_key', 'client_count', 'churned_count', 'known_churn_count', 'data_origin',
        'source_file', 'source_row_number', 'raw_line', 'row_problem', 'churn_group', 'fold', 'cuts', 'contributions', 'cell_id', 'all',
        'none', 'additional_attributes'] -%}
    {%- for name in var('attributes') -%}{%- do taken.extend(made_of(name)) -%}{%- endfor -%}
    {%- set optional = staged_columns(optional=true) -%}
    {%- set forms = {} -%}
    {%- for bank in switched_on_portfolios() if execute and var('portfolios') is mapping -%}
        {%- for option in var('portfolios')[bank] or {} if option not in ['without', 'additional', 'currency', 'client_id', 'empty_churn', 'holdings', 'product_count', 'snapshots', 'horizon_periods'] -%}
            {%- do stop_build('portfolios: ' ~ bank ~ ' has an option "' ~ option ~ '"; there are without, additional, currency, client_id, empty_churn, holdings, product_count, snapshots, horizon_periods.') -%}
        {%- endfor -%}
        {%- if portfolio_option(bank, 'client_id') not in [[], 'row_number'] or portfolio_option(bank, 'empty_churn') not in [[], 'stayed'] -%}
            {%- do stop_build('portfolios: ' ~ bank ~ ': client_id may say row_number, empty_churn may say stayed; nothing else is understood.') -%}
        {%- endif -%}
        {%- set dates = portfolio_option(bank, 'snapshots') -%}
        {%- if dates and dates != 'file_name' and not (dates is mapping and dates | list == ['column'])
            and not modules.re.fullmatch('20[0-9]{2}-[0-9]{2}-[0-9]{2}', dates ~ '') -%}
            {%- do stop_build('portfolios: ' ~ bank ~ ' says snapshots: ' ~ dates ~ '; it may be file_name, {column: report_date} or a day such as 2026-01-31.') -%}
        {%- endif -%}
        {%- set horizon = portfolio_option(bank, 'horizon_periods') or var('horizon_periods') -%}
        {%- if horizon is not integer or horizon < 1 -%}
            {%- do stop_build('portfolios: ' ~ bank ~ ' forecasts leaving within ' ~ horizon ~ ' periods; horizon_periods must be a whole number from 1 on.') -%}
        {%- endif -%}
        {%- set currency = portfolio_option(bank, 'currency') -%}
        {%- if currency and (currency is not mapping or currency | list | sort != ['en', 'ru']) -%}
            {%- do stop_build('portfolios: ' ~ bank ~ ' has the currency ' ~ currency
                ~ '; it must be {ru: рублей, en: roubles}, the word as it stands after a number.') -%}
        {%- endif -%}
        {%- for column in portfolio_option(bank, 'without') if column not in optional -%}
            {%- do stop_build('portfolios: ' ~ bank ~ ' cannot go without "' ~ column ~ '"; the columns that may be absent are '
                ~ optional | join(', ') ~ '.') -%}
        {%- endfor -%}
        {%- do check_holdings(bank) -%}
        {%- for name, facts in additional_declarations(bank).items() if not facts['product'] -%}
            {%- set whose = 'portfolios: ' ~ bank ~ ', additional attribute ' ~ name ~ ': ' -%}
            {%- if name in taken or facts.get('band') in taken or not modules.re.fullmatch('[a-z][a-z0-9_]{1,39}', name | string) -%}
                {%- do stop_build('portfolios: ' ~ bank ~ ' cannot have an additional attribute "' ~ name
                    ~ '": give it a name of its own in the staging model, of small Latin letters, digits and _.') -%}
            {%- elif facts['form'] not in ['category', 'yes_no', 'whole_number', 'amount'] -%}
                {%- do stop_build(whose ~ 'form "' ~ facts['form'] ~ '" is none of category, yes_no, whole_number, amount.') -%}
            {%- elif facts['form'] in ['whole_number', 'amount'] and (facts.get('range') is none or facts['range'] is string
                or facts['range'] | length != 2 or facts['range'] | reject('number') | list) -%}
                {%- do stop_build(whose ~ 'a number needs its accepted range, two numbers, such as '
                    ~ '{' ~ name ~ ': {form: ' ~ facts['form'] ~ ', range: [0, 600]}}.') -%}
            {%- elif facts['form'] == 'whole_number' and facts['range'][1] - facts['range'][0] > 10000 -%}
                {#- Whole numbers are counted value by value. -#}
                {%- do stop_build(whose ~ 'a whole number of more than 10,000 possible values is an amount: form: amount.') -%}
            {%- elif facts | reject('in', ['form', 'range', 'band', 'bands', 'share', 'roles']) | list or facts.get('band', name ~ '_band') != name ~ '_band' -%}
                {%- do stop_build(whose ~ 'it may say form, range, bands and roles, not ' ~ facts | list | join(', ') ~ '.') -%}
            {%- elif facts['bands'] is defined and facts['bands'] not in ['quantiles', 'seed'] -%}
                {%- do stop_build(whose ~ 'bands "' ~ facts['bands'] ~ '" is neither quantiles nor seed.') -%}
            {%- elif facts['roles'] is string or facts['roles'] | reject('in', ['rates', 'search', 'groups', 'metric', 'model', 'portraits']) | list -%}
                {%- do stop_build(whose ~ 'roles must be a list of rates, search, groups, metric, model and portraits.') -%}
            {%- elif facts['form'] == 'category' and facts['roles'] | select('in', ['metric', 'portraits']) | list -%}
                {%- do stop_build(whose ~ 'a category is no metric and has no portrait; give it the form of a number, or take the role out.') -%}
            {%- elif forms.get(name, facts) != facts -%}
                {%- do stop_build(whose ~ 'another bank declares it differently; say the same of both, or give one a name of its own.') -%}
            {%- endif -%}
            {%- do forms.update({name: facts}) -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
