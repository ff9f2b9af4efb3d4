-- One row per portfolio × check of its extract: those of the seed, written out for every attribute that the bank
-- supplies, and one that says so for each column that it does not.
-- sqlfluff:exclude_rules:layout.indent
with portfolios as (
    select * from {{ ref('portfolios') }}
),

checks as (
    select * from {{ ref('quality_checks') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
    where kind = 'value'
),

supplied as (
    {%- for bank in switched_on_portfolios() %}
    {%- set outer = loop %}
    {%- set own = additional_attributes(bank) %}
    {#- A list and a second file say what is held: there is no flag to be read or missing. #}
    {%- set said = held_products(bank, ['list', 'file']) %}
    {%- for attribute in supplied_attributes()
        if (not attribute.is_additional or attribute.name in own) and (attribute.product or '') not in said %}
    select
        '{{ bank }}' as portfolio,
        '{{ attribute.name }}' as attribute,
        {{ (attribute.name not in portfolio_option(bank, 'without')) | lower }} as is_supplied,
        {{ (attribute.required or false) | lower }} as is_required
    {{- '\n    union all' if not (loop.last and outer.last) }}
    {%- endfor %}
    {%- endfor %}
),

written_out as (
    select
        supplied.portfolio,
        replace(checks.check_name, checks.column_name, attributes.attribute) as check_name,
        checks.kind,
        {%- for language in ['ru', 'en'] %}
        replace(
            checks.description_{{ language }},
            '{label}',
            upper(substr(attributes.check_label_{{ language }}, 1, 1))
            || substr(attributes.check_label_{{ language }}, 2)
        ) as description_{{ language }},
        replace(checks.what_to_do_{{ language }}, '{portfolio}', supplied.portfolio) as what_to_do_{{ language }},
        {%- endfor %}
        attributes.attribute as column_name
    from supplied
    inner join attributes on supplied.attribute = attributes.attribute
    inner join checks
        on
            supplied.is_supplied = (checks.kind <> 'not_supplied')
            and (
                checks.column_name = '{' || attributes.form || '}'
                or (checks.column_name = '{number}' and attributes.form in ('whole_number', 'amount'))
                or (checks.column_name = '{attribute}' and not supplied.is_required)
            )
),

plain as (
    select
        checks.*,
        portfolios.portfolio
    from portfolios
    cross join checks
    left join supplied
        on portfolios.portfolio = supplied.portfolio and checks.column_name = supplied.attribute
    where coalesce(supplied.is_supplied, true) and coalesce(substr(checks.column_name, 1, 1), '') <> '{'
),

-- What is asked only of banks that state which products their clients hold.
of_holdings as (
    select
        portfolios.portfolio,
        checks.check_name,
        checks.kind,
        cast(null as {{ dbt.type_string() }}) as column_name,
        checks.description_ru,
        checks.description_en,
        checks.what_to_do_ru,
        checks.what_to_do_en
    from portfolios
    inner join checks
        on
            {%- for form in ['flags', 'list', 'file'] %}
            {%- for bank in switched_on_portfolios() if held_products(bank, [form]) %}
            portfolios.portfolio = '{{ bank }}' and checks.column_name in
            ('{holdings}'{{ ", '{holdings_stated}'" if form != 'flags' }}{{ ", '{holdings_file}'" if form == 'file' }})
            or
            {%- endfor %}
            {%- endfor %}
            false
),

-- A check with words of its own stands for the general one.
final as (
    select
        portfolio,
        check_name,
        kind,
        column_name,
        description_ru,
        description_en,
        what_to_do_ru,
        what_to_do_en
    from plain
    union all
    select * from of_holdings
    union all
    select
        written_out.portfolio,
        written_out.check_name,
        written_out.kind,
        written_out.column_name,
        written_out.description_ru,
        written_out.description_en,
        written_out.what_to_do_ru,
        written_out.what_to_do_en
    from written_out
    inner join portfolios on written_out.portfolio = portfolios.portfolio
    left join plain
        on written_out.portfolio = plain.portfolio and written_out.check_name = plain.check_name
    where plain.portfolio is null
)

select * from final
