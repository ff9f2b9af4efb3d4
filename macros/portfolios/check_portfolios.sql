{# Stops the build in one sentence when var `portfolios` says something of a bank that means nothing. #}
{% macro check_portfolios() %}
    {%- set taken = staged_columns() + ['portfolio', 'client_key', 'client_count', 'churned_count', 'known_churn_count', 'data_origin',
        'source_file', 'source_row_number', 'raw_line', 'row_problem', 'churn_group', 'fold', 'cuts', 'contributions', 'cell_id', 'all',
        'none', 'additional_attributes'] -%}
    {%- for attributes in optional_columns().values() -%}{%- do taken.extend(attributes) -%}{%- endfor -%}
    {%- for bank in var('portfolios') if execute and var('portfolios') is mapping -%}
        {%- for option in var('portfolios')[bank] or {} if option not in ['without', 'additional', 'currency'] -%}
            {%- do stop_build('portfolios: ' ~ bank ~ ' has an option "' ~ option ~ '"; there are without, additional and currency.') -%}
        {%- endfor -%}
        {%- set currency = portfolio_option(bank, 'currency') -%}
        {%- if currency and (currency is not mapping or currency | list | sort != ['en', 'ru']) -%}
            {%- do stop_build('portfolios: ' ~ bank ~ ' has the currency ' ~ currency
                ~ '; it must be {ru: рублей, en: roubles}, the word as it stands after a number.') -%}
        {%- endif -%}
        {%- for column in portfolio_option(bank, 'without') if column not in optional_columns() -%}
            {%- do stop_build('portfolios: ' ~ bank ~ ' cannot go without "' ~ column ~ '"; the columns that may be absent are '
                ~ optional_columns() | join(', ') ~ '.') -%}
        {%- endfor -%}
        {%- for name in portfolio_option(bank, 'additional') if name in taken or not modules.re.fullmatch('[a-z][a-z0-9_]{1,39}', name) -%}
            {%- do stop_build('portfolios: ' ~ bank ~ ' cannot have an additional attribute "' ~ name
                ~ '": give it a name of its own in the staging model, of small Latin letters, digits and _.') -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
