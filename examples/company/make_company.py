"""Make the sample company: customers of an invented Chinese trading company, two years of ledger.

Run it with no arguments; it writes the CSV files next to itself, always the same bytes.
COLUMNS.md says what is in them. Every company, place and number is invented.

Read it from the top: how archetypes of customers pay, who the customers are, what is special
about some of them, and then the functions that turn these tables into documents. Money is counted
in whole cents. Each customer has random streams of its own: changing one leaves the others alone.
"""

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
SEED = 20261120
FIRST, AS_OF = date(2024, 12, 1), date(2026, 11, 20)
YEAR_AGO = date(2025, 11, 20)
WAN = 10_000 * 100  # ten thousand yuan, in cents

# First and last day of the long public holidays, on which nobody invoices or pays.
HOLIDAYS = [
    (date(2025, 1, 28), date(2025, 2, 4)),
    (date(2025, 5, 1), date(2025, 5, 5)),
    (date(2025, 10, 1), date(2025, 10, 8)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 10, 1), date(2026, 10, 7)),
]

# ---------------------------------------------------------------- how customers behave

LEVEL = (1.05, 0.7, 1.1, 1.0, 1.0, 1.0, 0.95, 1.0, 1.1, 0.95, 1.05, 1.1)  # January to December
AUTUMN = (0.4, 0.3, 0.5, 0.6, 0.7, 1.0, 1.9, 2.6, 2.0, 0.8, 0.6, 0.6)
WINTER = (1.9, 0.8, 0.5, 0.4, 0.4, 0.5, 0.7, 0.9, 1.3, 1.5, 1.5, 1.6)


@dataclass(frozen=True, kw_only=True)
class Archetype:
    """How a kind of customer buys and pays."""

    late: tuple[float, float, float]  # days from the due date to payment: least, most, most usual
    per_month: float  # invoices
    run: tuple[int, ...] = ()  # days of the month on which it pays; empty: any working day
    tail: float = 0.0  # share of invoices paid 15 to 45 days later still
    part: float = 0.0  # share of invoices paid in two parts
    short: float = 0.01  # share of invoices paid short by a few yuan, the rest never
    returns: float = 0.03  # share of invoices with a credit note
    dispute: float = 0.0  # share of invoices disputed
    drift: tuple[date, float] = (AS_OF, 0.0)  # due from here on: so many days later a month
    growth: float = 0.04  # of sales, a year
    season: tuple[float, ...] = LEVEL
    instalments: bool = False  # now and then buys a machine in three instalments
    bank_bills: float = 0.0  # share of payments made with a bank's acceptance
    commercial_bills: float = 0.0  # share of payments made with a commercial acceptance
    reputation: str = "good"
    profit_drift: float = 0.0  # EBIT to assets, the year before less this year
    rating_shift: int = 0  # bureau rating against what the balance sheet suggests


ARCHETYPES = {
    "prime": Archetype(
        late=(-14, -1, -8), per_month=2.1, run=(5, 15, 25), short=0.004, growth=0.05,
        rating_shift=6,
    ),
    "steady": Archetype(late=(-7, 6, -3), per_month=1.7, run=(5, 12, 19, 26), part=0.04),
    "growing": Archetype(late=(-4, 9, 2), per_month=1.4, growth=0.35),
    "improving": Archetype(
        late=(20, 42, 28), per_month=1.2, drift=(date(2025, 4, 1), -1.8), profit_drift=-0.05,
        reputation="fair",
    ),
    "autumn": Archetype(late=(-3, 12, 3), per_month=1.4, season=AUTUMN),
    "winter": Archetype(late=(-3, 16, 4), per_month=1.4, season=WINTER),
    "bank_bills": Archetype(
        late=(-2, 9, 3), per_month=1.6, run=(10, 25), bank_bills=0.5, commercial_bills=0.03,
    ),
    "bills": Archetype(
        late=(0, 18, 7), per_month=1.6, run=(15, 28), bank_bills=0.05, commercial_bills=0.35,
    ),
    "instalment": Archetype(late=(-2, 9, 2), per_month=1.3, instalments=True),
    "slow": Archetype(
        late=(0, 28, 10), per_month=1.4, run=(9, 24), tail=0.06, part=0.25, reputation="fair",
    ),
    "disputed": Archetype(
        late=(-2, 12, 4), per_month=1.5, dispute=0.25, returns=0.06, reputation="fair",
    ),
    "erratic": Archetype(
        late=(-5, 50, 6), per_month=1.2, tail=0.12, part=0.15, reputation="fair", rating_shift=-6,
    ),
    "deteriorating": Archetype(
        late=(-2, 9, 3), per_month=1.6, part=0.08, drift=(date(2026, 5, 15), 9.0), growth=0.10,
        profit_drift=0.07, rating_shift=-10,
    ),
    "distressed": Archetype(
        late=(20, 105, 45), per_month=1.0, tail=0.1, part=0.5, growth=-0.2, reputation="poor",
        profit_drift=0.03, rating_shift=-8,
    ),
    "small": Archetype(late=(-3, 14, 3), per_month=0.9, short=0.03),
}  # fmt: skip

# ---------------------------------------------------------------- who the customers are


class Customer(NamedTuple):
    """One row of the table below."""

    number: int
    archetype: str
    sales: float  # our sales to them a year, in ten thousand of the currency
    days: int  # payment terms, net days
    z: float | None  # Altman Z'' that the statements come to; None: no statement
    share: float | None  # of annual sales that the credit line is; None: no line
    industry: str
    ownership: str
    founded: str
    since: str
    name: str
    name_zh: str
    story: str

    @property
    def id(self) -> str:
        return f"C-{self.number}"

    @property
    def terms(self) -> str:
        return f"net{self.days}"

    @property
    def currency(self) -> str:
        return CURRENCY.get(self.number, "CNY")

    def stream(self, purpose: str) -> Random:
        return Random(f"{SEED}/{self.id}/{purpose}")


# fmt: off
CUSTOMERS = [Customer(*row) for row in [
    (1001, "prime", 6000, 60, 5.9, .20, "manufacturing", "listed", "1997-05-12", "2012-03-01",
     "Lanzhu Yanze Machinery Holdings", "澜渚砚泽机械股份有限公司",
     "The largest customer; pays about when it is due."),
    (1002, "prime", 4200, 60, 6.8, .20, "food", "state_owned", "1989-09-01", "2010-06-15",
     "Muhai Suihe Grain and Oil Group", "沐海穗禾粮油集团有限公司",
     "State-owned food group; reliable for sixteen years."),
    (1003, "prime", 3600, 60, 7.7, .21, "healthcare", "foreign_invested", "2004-02-18",
     "2014-05-01", "Wangyu Clarivane Medical Devices (China)", "望屿可岚恩医疗器械（中国）有限公司",
     "A good customer that now wants more than its line."),
    (1004, "prime", 2800, 60, 4.9, .20, "healthcare", "state_owned", "1978-01-01", "2011-01-10",
     "Shuoyuan Regional Medical Supply Centre", "朔垣区域医疗物资供应中心",
     "Public buyer with an unlimited line."),
    (1005, "prime", 1900, 45, 8.8, .18, "electronics", "listed", "2001-11-20", "2015-08-01",
     "Yangang Xinhuo Microelectronics", "砚港芯霍微电子股份有限公司",
     "Strongest balance sheet of the book; growing out of its line."),
    (1006, "prime", 950, 30, 5.5, .18, "logistics", "private", "2008-07-07", "2016-02-01",
     "Lanpu Qianfan Cold Chain", "岚浦千汎冷链物流有限公司",
     "Textbook good payer with room on its line."),
    (1007, "prime", 420, 30, 6.3, .15, "retail", "private", "2010-03-15", "2017-09-01",
     "Jichuan Shixi Department Stores", "霁川拾羲百货有限公司",
     "Regional retailer; takes no risk, never needs a reminder."),
    (1008, "prime", 180, 30, 7.1, .15, "wholesale", "private", "2012-10-22", "2018-04-01",
     "Zhiyang Mobai Stationery", "芷阳墨柏文具有限公司",
     "Small and very solid; no outside rating."),
    (1009, "steady", 2400, 30, 4.1, .17, "manufacturing", "private", "2003-04-09", "2013-07-01",
     "Lanzhu Gangyi Precision Castings", "澜渚钢弈精密铸造有限公司",
     "Has a large order half delivered, with 30 % paid in advance."),
    (1010, "steady", 1750, 30, 3.6, .17, "wholesale", "private", "2006-06-30", "2014-11-01",
     "Muhai Tongheng Chemicals Trading", "沐海桐珩化工贸易有限公司",
     "Paid a round sum nobody has matched yet."),
    (1011, "steady", 1500, 30, 3.4, .16, "electronics", "foreign_invested", "2009-01-19",
     "2015-03-01", "Yangang Orvelle Display Technology", "砚港奥维岚显示技术有限公司",
     "Plain good business."),
    (1012, "steady", 1200, 30, 4.6, .15, "food", "private", "2005-08-08", "2014-01-01",
     "Wangyu Chuyan Frozen Foods", "望屿厨砚速冻食品有限公司",
     "Plain good business."),
    (1013, "steady", 1100, 45, 3.9, .20, "manufacturing", "private", "2000-12-05", "2012-10-01",
     "Shuoyuan Lingtie Bearings", "朔垣凌铁轴承有限公司",
     "Older plant, longer terms by tradition."),
    (1014, "steady", 880, 30, 3.2, .17, "logistics", "private", "2011-05-25", "2017-01-01",
     "Lanpu Haiyun Freight Services", "岚浦海筠货运服务有限公司",
     "Sent only its latest statement."),
    (1015, "steady", 760, 30, 2.9, .16, "retail", "private", "2013-02-14", "2018-06-01",
     "Jichuan Yufan Home Living", "霁川屿梵家居有限公司",
     "Does not disclose retained earnings."),
    (1016, "steady", 640, 30, 4.4, .14, "healthcare", "private", "2009-09-09", "2016-05-01",
     "Zhiyang Kangzhi Pharmacy Chain", "芷阳康芷大药房连锁有限公司",
     "Has an order invoiced beyond its amount."),
    (1017, "steady", 560, 30, 3.1, .16, "wholesale", "private", "2010-11-11", "2017-04-01",
     "Muhai Luoshang Packaging Materials", "沐海珞裳包装材料有限公司",
     "Plain good business."),
    (1018, "steady", 450, 30, 5.1, .17, "manufacturing", "private", "2002-07-18", "2015-12-01",
     "Lanzhu Wenji Textile Machinery", "澜渚纹机纺织机械有限公司",
     "Solid family firm."),
    (1019, "steady", 380, 15, 2.8, None, "food", "", "2014-03-03", "2019-02-01",
     "Wangyu Tianlu Dairy", "望屿恬麓乳业有限公司",
     "Ownership was never asked."),
    (1020, "steady", 300, 30, 3.7, .18, "healthcare", "private", "2012-06-01", "2018-09-01",
     "Shuoyuan Mingquan Dental Supplies", "朔垣茗泉齿科用品有限公司",
     "Plain good business."),
    (1021, "steady", 240, 15, 2.2, .12, "wholesale", "private", "2015-04-20", "2019-10-01",
     "Lanpu Heyue Beverages", "岚浦禾樾饮品商贸有限公司",
     "We supply nearly a third of what it buys."),
    (1022, "small", 150, 15, None, None, "retail", "sole_trader", "2016-05-05", "2020-03-01",
     "Jichuan Laojie Hardware Shop", "霁川老阶五金商行",
     "Sole trader; no statements, long payment history."),
    (1023, "small", 90, 7, None, None, "retail", "sole_trader", "2018-01-08", "2021-05-01",
     "Zhiyang Xiaoman Convenience", "芷阳小曼便利店",
     "Corner shop on a week's credit, without a line."),
    (1024, "steady", 1600, 30, 3.5, None, "manufacturing", "private", "1999-03-28", "2012-01-01",
     "Lanzhu Beichen Appliance Works", "澜渚北宸电器有限公司",
     "Parent of group G-01; inherits the group's line."),
    (1025, "steady", 900, 30, 2.7, .22, "wholesale", "private", "2007-10-10", "2013-05-01",
     "Lanzhu Beichen Appliance Sales", "澜渚北宸电器销售有限公司",
     "Member of G-01 with room on its own line while the group's is nearly used."),
    (1026, "growing", 700, 30, 2.4, .25, "electronics", "private", "2017-08-16", "2019-01-01",
     "Muhai Beichen Smart Controls", "沐海北宸智控科技有限公司",
     "Youngest member of G-01; growing fast."),
    (1027, "growing", 1300, 30, 4.2, .18, "electronics", "private", "2014-09-23", "2020-07-01",
     "Yangang Lingpu Sensors", "砚港翎谱传感科技有限公司",
     "Sales up by a third in a year; the line is nearly used."),
    (1028, "growing", 420, 30, 3.0, .16, "logistics", "private", "2019-03-12", "2022-02-01",
     "Wangyu Suda Parcel Network", "望屿溯达包裹网络有限公司",
     "Young and growing; one statement so far."),
    (1029, "improving", 520, 15, 2.1, .10, "manufacturing", "private", "2004-11-30", "2015-01-01",
     "Shuoyuan Jinhe Castings", "朔垣锦翮铸件有限公司",
     "Was a month late in 2025, pays almost on time now."),
    (1030, "autumn", 850, 30, 3.3, .16, "food", "private", "1995-08-15", "2013-06-01",
     "Muhai Yuexiang Bakery", "沐海玥飨食品有限公司",
     "Mooncakes: half of a year's purchases in three months."),
    (1031, "winter", 380, 30, 2.8, .12, "retail", "private", "2011-12-12", "2018-10-01",
     "Jichuan Suihua Gifts", "霁川穗骅礼品有限公司",
     "New Year gifts; holds a temporary line for the season."),
    (1032, "winter", 620, 30, 1.9, .23, "construction", "private", "2006-01-16", "2016-09-01",
     "Shuoyuan Nuanyang Heating", "朔垣暖旸供热工程有限公司",
     "Heating contractor; buys before the winter."),
    (1033, "autumn", 210, 15, 2.3, None, "food", "private", "2013-07-21", "2019-05-01",
     "Zhiyang Shanye Tea", "芷阳山曳茶业有限公司",
     "Tea wholesaler with a summer peak."),
    (1034, "bank_bills", 2200, 60, 3.8, .26, "manufacturing", "listed", "1998-06-06", "2013-02-01",
     "Lanzhu Tengyue Auto Parts", "澜渚腾钺汽车零部件股份有限公司",
     "Pays half of its purchases with bank acceptances."),
    (1035, "bills", 1800, 45, 2.0, .36, "construction", "state_owned", "1993-04-01", "2012-05-01",
     "Shuoyuan Road and Bridge Materials", "朔垣桥鉴路桥物资有限公司",
     "Pays with commercial acceptances of three to six months; with them it is far over its line."),
    (1036, "bank_bills", 780, 30, 2.7, .19, "electronics", "private", "2008-03-17", "2016-07-01",
     "Yangang Shengwei Connectors", "砚港晟苇连接器有限公司",
     "Bank acceptances, now and then a commercial one."),
    (1037, "bills", 500, 30, 1.8, .34, "wholesale", "private", "2010-08-24", "2017-11-01",
     "Muhai Zhongzhen Steel Trading", "沐海仲甄钢材贸易有限公司",
     "Thin margins, commercial bills, one statement."),
    (1038, "instalment", 1100, 30, 3.0, .18, "manufacturing", "private", "2009-05-13", "2016-03-01",
     "Lanpu Yiheng Injection Moulding", "岚浦弋珩注塑有限公司",
     "Buys machines in three monthly instalments."),
    (1039, "instalment", 560, 30, 4.0, .16, "healthcare", "private", "2015-09-15", "2020-01-01",
     "Zhiyang Anqi Imaging Clinics", "芷阳安祺影像诊所有限公司",
     "Buys equipment in instalments, always in order."),
    (1040, "slow", 1400, 30, 1.7, .23, "construction", "private", "2001-02-27", "2013-08-01",
     "Muhai Yongzhu Construction", "沐海甬筑建设工程有限公司",
     "Slow: waits for its own employer to pay."),
    (1041, "slow", 820, 30, 1.5, .16, "wholesale", "private", "2007-12-19", "2015-06-01",
     "Lanzhu Guangji Electrical Wholesale", "澜渚广霁电气批发有限公司",
     "Slow; pays on account without saying for what."),
    (1042, "slow", 460, 15, 2.0, .15, "retail", "private", "2012-01-31", "2018-03-01",
     "Wangyu Jiahe Supermarkets", "望屿嘉翮超市有限公司",
     "Slow; small differences left on many invoices."),
    (1043, "slow", 700, 30, 2.4, .16, "manufacturing", "private", "2005-05-05", "2014-09-01",
     "Yangang Lixing Plastics", "砚港砺形塑料制品有限公司",
     "Its line expired at the end of September."),
    (1044, "slow", 950, 45, 1.3, .20, "construction", "private", "2009-10-28", "2016-12-01",
     "Jichuan Hengji Foundation Works", "霁川恒玑基础工程有限公司",
     "Slow, with thin equity and a lawsuit."),
    (1045, "slow", 260, 15, 1.6, .16, "logistics", "private", "2016-08-02", "2020-10-01",
     "Lanpu Kuaiqu Trucking", "岚浦快衢运输有限公司",
     "Slow; depends on the price of diesel."),
    (1046, "slow", 1250, 60, 3.6, .27, "healthcare", "state_owned", "1985-01-01", "2011-09-01",
     "Wangyu General Hospital Logistics", "望屿综合医院后勤服务中心",
     "Public hospital: slow but safe."),
    (1047, "small", 130, 7, None, None, "wholesale", "sole_trader", "2019-06-18", "2022-08-01",
     "Muhai Alu Seafood Stall", "沐海阿鲁海产行",
     "Market stall; no statements, no line, no rating."),
    (1048, "disputed", 900, 30, 2.5, .17, "electronics", "private", "2011-03-30", "2016-10-01",
     "Yangang Kelan Lighting", "砚港科阑照明有限公司",
     "Disputes the quality of whole batches."),
    (1049, "disputed", 340, 30, 3.3, .25, "retail", "private", "2014-12-24", "2019-07-01",
     "Jichuan Tongqu Toys", "霁川童衢玩具有限公司",
     "Disputes prices: parts of invoices."),
    (1050, "erratic", 310, 15, 1.0, None, "wholesale", "private", "2013-05-16", "2018-12-01",
     "Zhiyang Baiwei Spices", "芷阳百蔚调味品商贸有限公司",
     "On time or weeks late, nobody knows why."),
    (1051, "erratic", 170, 7, 0.9, None, "food", "", "2017-02-06", "2021-01-01",
     "Wangyu Xianyue Catering", "望屿鲜玥餐饮有限公司",
     "Erratic; whether it is insolvent, nobody has looked."),
    (1052, "deteriorating", 1600, 30, 1.4, .17, "construction", "private", "2002-09-12",
     "2013-11-01", "Muhai Dingsheng Decoration", "沐海鼎笙装饰工程有限公司",
     "Paid on time until the spring; every month later since, and beyond its line."),
    (1053, "deteriorating", 680, 30, 0.8, .20, "electronics", "private", "2012-04-04", "2017-08-01",
     "Lanzhu Huiguang Solar Modules", "澜渚辉洸光伏组件有限公司",
     "Prices collapsed; a good 2024, a loss in 2025."),
    (1054, "distressed", 420, 7, 0.4, None, "manufacturing", "private", "2003-10-08", "2014-04-01",
     "Shuoyuan Xinlu Paper", "朔垣歆芦纸业有限公司",
     "Pays in pieces, months late."),
    (1055, "distressed", 240, 7, -2.6, None, "retail", "private", "2014-07-27", "2018-07-01",
     "Zhiyang Meihui Fashion", "芷阳美蕙服饰有限公司",
     "Negative equity; its line was withdrawn."),
    (1056, "distressed", 540, 15, 0.7, .20, "construction", "private", "2008-11-11", "2016-01-01",
     "Lanpu Zhijie Steel Structures", "岚浦质捷钢结构有限公司",
     "On hold with old debts; now pays new orders fully in advance."),
    (1057, "distressed", 620, 30, -2.1, None, "wholesale", "private", "2005-06-20", "2013-03-01",
     "Jichuan Fengtai Building Supplies", "霁川沣泰建材有限公司",
     "Insolvent since the summer; nothing paid since June."),
    (1058, "small", 120, 30, 2.9, .10, "manufacturing", "private", "1996-02-09", "2010-09-01",
     "Zhiyang Guyi Instruments", "芷阳古弈仪器有限公司",
     "Dormant: no purchase for over a year, statements of 2023."),
    (1059, "steady", 0, 30, 2.9, None, "electronics", "private", "2021-04-18", "2026-10-12",
     "Wangyu Qingyu Robotics", "望屿擎渝机器人有限公司",
     "New: one invoice so far, one statement."),
    (1060, "steady", 300, 30, 2.0, .10, "wholesale", "private", "2015-11-02", "2020-06-01",
     "Shuoyuan Mingrui Trading", "朔垣溟瑞商贸有限公司",
     "Blocked by hand after forged delivery notes."),
    (1061, "steady", 190, 45, 3.9, .26, "wholesale", "private", "2010-04-14", "2019-04-01",
     "Tessaly Bridge Imports Pte. Ltd.", "泰莎莉桥进口私人有限公司",
     "Buys and pays in US dollars."),
    (1062, "steady", 220, 15, 2.9, None, "food", "private", "2016-09-30", "2021-03-01",
     "Muhai Guoyuan Juice", "沐海菓垣果汁有限公司",
     "Paid twice by mistake: the account is in credit."),
    (1063, "erratic", 190, 7, 0.6, None, "retail", "private", "2018-05-22", "2021-11-01",
     "Jichuan Dongli Bicycles", "霁川动骊车业有限公司",
     "A payment bounced in September; its invoice is open again."),
    (1064, "small", 20, 7, None, None, "retail", "sole_trader", "2020-10-10", "2023-02-01",
     "Lanpu Ahui Repair Shop", "岚浦阿蕙维修店",
     "The smallest customer."),
]]
# fmt: on
BY_NUMBER = {c.number: c for c in CUSTOMERS}

# ---------------------------------------------------------------- what is special about some

CURRENCY = {1061: "USD"}
COUNTRY = {1061: "SG"}
GROUP = {1024: "G-01", 1025: "G-01", 1026: "G-01"}
INSOLVENCY = {1057: "true", 1051: "", 1064: ""}
BLOCKED = (1057, 1060)
LITIGATION = {
    1035: 1, 1040: 2, 1044: 1, 1048: 1, 1052: 3, 1053: 1, 1054: 2, 1055: 4, 1056: 5, 1057: 9,
    1060: 1,
}  # fmt: skip
REPUTATION = {1019: "", 1028: "", 1051: "", 1059: "", 1064: "", 1053: "fair", 1060: "poor"}
NEW = {1059: "3600000.00"}  # expected purchases over twelve months
UNRATED = (1008, 1014, 1017, 1020, 1022, 1023, 1026, 1031, 1033, 1042, 1047, 1050, 1058, 1062, 1064)
RATED_TWICE = (1005, 1029, 1040, 1052, 1053, 1057)  # an older rating and a newer
SHORT = {1042: 0.3}  # share of invoices paid short by a few yuan, where it is not the archetype's

# Last day of invoicing, last day of payment; None: to the end.
ENDS: dict[int, tuple[date, date | None]] = {
    1056: (date(2026, 7, 31), date(2026, 7, 15)),
    1057: (date(2026, 6, 16), date(2026, 6, 5)),
    1058: (date(2025, 9, 12), None),
    1060: (date(2026, 10, 9), None),
}

# Invoices made by hand: customer, date, amount, order.
EXTRA_INVOICES = [
    (1059, date(2026, 10, 27), "186400.00", ""),
    (1009, date(2026, 11, 9), "600000.00", "DO-05"),
    (1031, date(2026, 11, 12), "372600.00", ""),
    (1063, date(2026, 9, 7), "68420.00", ""),
]

# Cash not matched, or only in part: customer, date, amount, share matched to the oldest items.
UNAPPLIED_CASH = [
    (1010, date(2026, 11, 17), "300000.00", 0.0),
    (1041, date(2026, 11, 11), "250000.00", 0.6),
    (1046, date(2026, 11, 19), "128000.00", 0.0),
    (1062, date(2026, 11, 6), "268350.00", 0.0),
]

# The payment of the invoice of this amount bounced: customer, amount, paid on, returned on.
BOUNCED = [(1063, "68420.00", date(2026, 9, 22), date(2026, 9, 28))]

# Open orders by state of delivery.
OPEN_ORDERS = {
    "fresh": (1006, 1004, 1007, 1008, 1011, 1012, 1014, 1018, 1020, 1026, 1027, 1029, 1031, 1037,
              1042, 1046, 1048, 1053),
    "part_billed": (1001, 1002, 1010, 1013, 1024, 1034, 1035, 1052),
    "part_delivered": (1004, 1011, 1017, 1028, 1041, 1061),
    "late": (1015, 1044, 1049),
    "far_ahead": (1030, 1032, 1033),
    "over_invoiced": (1016,),
}  # fmt: skip
# Share of the order paid ahead and whether the money has arrived, by (state, customer).
ORDER_ADVANCES = {
    ("fresh", 1029): ("0.30", True),
    ("fresh", 1037): ("0.30", True),
    ("fresh", 1053): ("0.50", False),
    ("part_delivered", 1061): ("0.20", True),
    ("part_billed", 1052): ("0.30", False),
    ("far_ahead", 1030): ("0.10", True),
    ("far_ahead", 1032): ("0.20", True),
}
# Advances that belong to no order: customer, date, amount, cleared.
FREE_ADVANCES = [
    (1023, date(2026, 11, 18), "12000.00", True),
    (1047, date(2026, 11, 19), "20000.00", True),
    (1050, date(2026, 11, 20), "45000.00", False),
]

# The orders of the demo: id, scene, customer, amount, delivered, billed, date, ship by, terms,
# advance received. Days of 0 are prepayment terms.
DEMO_ORDERS = [
    ("DO-01", "passes", 1006, "320000", "0", "0", "2026-11-20", "2026-12-01", 30, "0"),
    ("DO-02", "held_line", 1003, "3200000", "0", "0", "2026-11-20", "2026-12-04", 60, "0"),
    ("DO-03", "held_overdue", 1044, "150000", "0", "0", "2026-11-20", "2026-11-27", 30, "0"),
    ("DO-04", "referred", 1005, "1100000", "0", "0", "2026-11-19", "2026-12-10", 60, "0"),
    ("DO-05", "part_delivered", 1009, "1800000", "900000", "600000", "2026-10-28", "2026-12-15",
     30, "540000"),
    ("DO-06", "group_tight", 1025, "400000", "0", "0", "2026-11-20", "2026-12-02", 30, "0"),
    ("DO-07", "prepaid_under_hold", 1056, "180000", "0", "0", "2026-11-18", "2026-11-25",
     0, "180000"),
    ("DO-08", "status_blocked", 1060, "96000", "0", "0", "2026-11-19", "2026-11-26", 0, "96000"),
    ("DO-09", "usd", 1061, "60000", "0", "0", "2026-11-20", "2026-12-08", 45, "0"),
]  # fmt: skip

LONGER = {7: 15, 15: 30, 30: 45, 45: 60, 60: 90}  # the terms that some ask for instead of theirs
# Lines that are not simply a share of sales.
LINE_AMOUNT = {1004: "unlimited", 1024: "inherit", 1055: "none", 1057: "none"}
EXPIRED = {1043: (date(2025, 10, 1), date(2026, 10, 1))}
TEMPORARY = (1031, "300000.00", date(2026, 11, 1), date(2027, 3, 1))
# Who may approve a line, up to which amount (in cents).
APPROVERS = [
    (200_000_00, "sales_manager"),
    (2_000_000_00, "credit_manager"),
    (8_000_000_00, "finance_director"),
    (None, "credit_committee"),
]

ONLY_2025 = (1014, 1028, 1033, 1037, 1059)  # one statement; the others have that of 2024 as well
STALE = 1058  # has those of 2022 and 2023, and nobody knows whether they were audited
EQUITY = {1055: -0.09}  # to total assets, where it is not left to follow from z
WALLET = {1021: 0.31, 1037: 0.28, 1053: 0.25}  # our share in their purchases, where it is large
MISSING_LINES = {
    1015: ("retained_earnings",),
    1045: ("retained_earnings", "operating_cash_flow"),
    1019: ("operating_cash_flow",),
    1050: ("depreciation", "operating_cash_flow"),
    1032: ("inventory",),
    1051: ("interest_expense", "profit_before_tax"),
}
RATES = [["USD", "CNY", "7.0836", str(AS_OF), "mid"]]

# ---------------------------------------------------------------- small helpers


def cents(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def text(amount: int) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def flag(value: bool) -> str:
    return "true" if value else "false"


def working(day: date) -> bool:
    return day.weekday() < 5 and not any(first <= day <= last for first, last in HOLIDAYS)


def roll(day: date, run: tuple[int, ...] = ()) -> date:
    """The first working day on or after `day`, or on or after the next payment run."""
    while run and day.day not in run:
        day += timedelta(1)
    while not working(day):
        day += timedelta(1)
    return day


def floor_to(amount: float, step: int) -> int:
    return int(amount) // step * step


# ---------------------------------------------------------------- the ledger


@dataclass(eq=False)
class Item:
    customer: Customer
    kind: str
    amount: int
    doc_date: date
    due_date: date | None = None
    disputed: int = 0
    order: str = ""
    instalment: str = ""
    open: int = 0
    id: str = ""

    def __post_init__(self) -> None:
        self.open = self.amount


@dataclass
class Allocation:
    source: Item
    target: Item
    amount: int
    on: date
    undone_on: date | None = None


@dataclass
class Order:
    customer: Customer
    amount: int
    delivered: int
    billed: int
    placed: date
    ship_by: date
    days: int
    advance: int = 0
    cleared: bool = True
    id: str = ""
    bills: list[Item] = field(default_factory=list)


@dataclass
class Book:
    items: list[Item] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    bills: list[tuple[Customer, int, str, date, date]] = field(default_factory=list)

    def add(self, item: Item) -> Item:
        self.items.append(item)
        return item

    def allocate(self, source: Item, target: Item, amount: int, on: date) -> Allocation:
        source.open += amount
        target.open -= amount
        self.allocations.append(Allocation(source, target, amount, min(on, AS_OF)))
        return self.allocations[-1]

    def open_invoices(self, customer: Customer) -> list[Item]:
        """Oldest due first."""
        found = [
            i for i in self.items if i.customer is customer and i.kind == "invoice" and i.open > 0
        ]
        return sorted(found, key=lambda i: (i.due_date, i.doc_date))


def draw_invoices(c: Customer, book: Book, rng: Random) -> list[Item]:
    a = ARCHETYPES[c.archetype]
    since, until = date.fromisoformat(c.since), ENDS.get(c.number, (AS_OF, None))[0]
    made: list[Item] = []
    for k in range(24):
        year, month = 2024 + (11 + k) // 12, (11 + k) % 12 + 1
        monthly = c.sales * WAN / 12 * a.season[month - 1] * (1 + a.growth * (k - 17) / 12)
        count = int(a.per_month) + (rng.random() < a.per_month - int(a.per_month))
        for n in range(count):
            doc = roll(date(year, month, 1 + int((n + rng.random()) * 28 / count)))
            amount = round(monthly / a.per_month * rng.uniform(0.8, 1.2))
            machine = a.instalments and rng.random() < 0.2
            if amount == 0 or doc > until or doc < since:
                continue
            if machine:
                made += sell_in_instalments(c, book, round(amount * 2.2), doc)
            else:
                made.append(book.add(Item(c, "invoice", amount, doc, doc + timedelta(c.days))))
    return made


def sell_in_instalments(c: Customer, book: Book, amount: int, doc: date) -> list[Item]:
    """Three equal items a term apart, the last with the rounding difference, and their order."""
    order = Order(c, amount, amount, amount, roll(doc - timedelta(21)), doc, c.days)
    parts = [amount // 3, amount // 3, amount - amount // 3 * 2]
    for n, part in enumerate(parts, 1):
        item = Item(c, "invoice", part, doc, doc + timedelta(c.days * n), instalment=f"{n}/3")
        order.bills.append(book.add(item))
    book.orders.append(order)
    return order.bills


def draw_payments(c: Customer, book: Book, invoices: list[Item], rng: Random) -> None:
    """Credit notes and receipts for the invoices, each receipt paying all that falls on its day."""
    a = ARCHETYPES[c.archetype]
    last_payment = ENDS.get(c.number, (None, None))[1] or AS_OF
    due: dict[date, list[tuple[Item, int]]] = {}
    for item in invoices:
        assert item.due_date
        late = rng.triangular(*a.late) + (rng.uniform(15, 45) if rng.random() < a.tail else 0)
        late += max(0, (item.due_date - a.drift[0]).days) / 30 * a.drift[1]
        earliest = roll(item.doc_date + timedelta(1))
        on = max(roll(item.due_date + timedelta(int(late)), a.run), earliest)
        payable = item.amount - draw_credit_note(a, book, item, on, rng)
        chance, share, lag = rng.random(), rng.choice((0.15, 0.3, 0.6, 1.0)), rng.randint(40, 100)
        if chance < a.dispute:
            in_dispute = min(payable, round(item.amount * share))
            payable -= in_dispute
            settled = roll(item.doc_date + timedelta(lag))
            if settled < date(2026, 8, 15):  # by a credit note; later ones are still in dispute
                note = book.add(Item(c, "credit_note", -in_dispute, settled, settled))
                book.allocate(note, item, in_dispute, settled)
            else:
                item.disputed = in_dispute
        elif rng.random() < SHORT.get(c.number, a.short):
            payable -= rng.randint(1, 499)
        if rng.random() < a.part:
            first = floor_to(payable * rng.uniform(0.4, 0.7), 1000_00)
            later = roll(on + timedelta(rng.randint(15, 45)), a.run)
            plan = [(on, first), (later, payable - first)]
        else:
            plan = [(on, payable)]
        for day, amount in plan:
            if amount > 0 and day <= last_payment:
                due.setdefault(day, []).append((item, amount))
    for day in sorted(due):
        receipt = book.add(Item(c, "receipt", 0, day))
        matched = day + timedelta(rng.randint(1, 3) if rng.random() < 0.1 else 0)
        for item, amount in due[day]:
            receipt.amount -= amount
            receipt.open -= amount
            book.allocate(receipt, item, amount, matched)
        draw_bill(c, a, book, receipt, rng)


def draw_credit_note(a: Archetype, book: Book, item: Item, paid_on: date, rng: Random) -> int:
    """Now and then goods come back. Gives what the note takes off the invoice, 0 if not applied."""
    chance, on = rng.random(), roll(item.doc_date + timedelta(rng.randint(4, 20)))
    share, applied = rng.uniform(0.02, 0.12), rng.random()
    if chance >= a.returns or on > min(paid_on, AS_OF):
        return 0
    amount = round(item.amount * share)
    note = book.add(Item(item.customer, "credit_note", -amount, on, on))
    if on > date(2026, 8, 15) and applied < 0.4:
        return 0
    book.allocate(note, item, amount, on + timedelta(int(applied * 4)))
    return amount


def draw_bill(c: Customer, a: Archetype, book: Book, receipt: Item, rng: Random) -> None:
    """Some receipts are acceptances; those not yet due at the as-of date are listed."""
    chance, months = rng.random(), rng.choice((3, 6))
    kind = "commercial" if chance < a.commercial_bills else "bank"
    matures = roll(receipt.doc_date + timedelta(months * 30))
    if chance < a.commercial_bills + a.bank_bills and matures > AS_OF:
        book.bills.append((c, -receipt.amount, kind, receipt.doc_date, matures))


def add_special_items(book: Book) -> None:
    for number, on, amount, order in EXTRA_INVOICES:
        c = BY_NUMBER[number]
        book.add(Item(c, "invoice", cents(amount), on, on + timedelta(c.days), order=order))
    for number, on, amount, share in UNAPPLIED_CASH:
        c = BY_NUMBER[number]
        receipt = book.add(Item(c, "receipt", -cents(amount), on))
        pay_oldest(book, receipt, round(cents(amount) * share))
    for number, amount, on, returned in BOUNCED:
        c = BY_NUMBER[number]
        receipt = book.add(Item(c, "receipt", -cents(amount), on))
        invoice = next(i for i in book.open_invoices(c) if i.amount == cents(amount))
        undone = book.allocate(receipt, invoice, cents(amount), on)
        undone.undone_on = returned
        receipt.open -= undone.amount
        invoice.open += undone.amount
        reversal = book.add(Item(c, "debit_note", cents(amount), returned, returned))
        book.allocate(receipt, reversal, cents(amount), returned)


def pay_oldest(book: Book, receipt: Item, amount: int) -> None:
    for item in book.open_invoices(receipt.customer):
        part = min(amount, item.open - item.disputed)
        if part > 0 and item.doc_date <= receipt.doc_date:
            book.allocate(receipt, item, part, receipt.doc_date)
            amount -= part


def number_items(book: Book) -> None:
    prefixes = {"invoice": "INV", "credit_note": "CN", "receipt": "RC", "debit_note": "DB"}
    book.items.sort(key=lambda i: (i.doc_date, i.customer.number, i.kind))
    counts = dict.fromkeys(prefixes, 0)
    for item in book.items:
        counts[item.kind] += 1
        item.id = f"{prefixes[item.kind]}-{counts[item.kind]:05d}"
    book.allocations.sort(key=lambda a: (a.on, a.source.id, a.target.id))


SALES = ("invoice", "credit_note")


def credit_sales(c: Customer, book: Book) -> int:
    """Invoices less credit notes over the twelve months to the as-of date."""
    return sum(
        i.amount
        for i in book.items
        if i.customer is c and i.kind in SALES and YEAR_AGO < i.doc_date <= AS_OF
    )


# ---------------------------------------------------------------- orders


def draw_orders(book: Book) -> None:
    for state, numbers in OPEN_ORDERS.items():
        for n, number in enumerate(numbers):
            c = BY_NUMBER[number]
            order = draw_order(c, state, book, c.stream(f"order/{state}/{n}"))
            share, order.cleared = ORDER_ADVANCES.get((state, number), ("0", True))
            order.advance = order.amount * int(cents(share)) // 100
            book.orders.append(order)
    book.orders.sort(key=lambda o: (o.placed, o.customer.number))
    for n, order in enumerate(book.orders, 1):
        order.id = f"SO-{n:04d}"
        for item in order.bills:
            item.order = order.id


def draw_order(c: Customer, state: str, book: Book, rng: Random) -> Order:
    amount = floor_to(c.sales * WAN / 12 * rng.uniform(0.1, 0.35), 500_00)
    placed = roll(AS_OF - timedelta(rng.randint(4, 30)))
    ship_by = roll(AS_OF + timedelta(rng.randint(3, 35)))
    days = LONGER[c.days] if rng.random() < 0.15 else c.days
    if state in ("part_billed", "over_invoiced"):
        free = [
            i
            for i in book.items
            if i.customer is c and i.kind == "invoice" and not i.order and not i.instalment
        ]
        invoice = free[-1]
        billed = invoice.amount
        amount = floor_to(billed / rng.uniform(0.55, 0.85), 500_00)
        delivered = billed + floor_to((amount - billed) * rng.choice((0.0, 0.0, 0.5)), 100_00)
        if state == "over_invoiced":
            amount, delivered = floor_to(billed * 0.97, 100_00), billed
        placed = roll(invoice.doc_date - timedelta(rng.randint(6, 16)))
        return Order(c, amount, delivered, billed, placed, ship_by, days, bills=[invoice])
    if state == "part_delivered":
        delivered = floor_to(amount * rng.uniform(0.3, 0.7), 100_00)
        return Order(c, amount, delivered, 0, placed, ship_by, days)
    if state == "late":
        ship_by = roll(AS_OF - timedelta(rng.randint(5, 12)))
        placed = roll(ship_by - timedelta(rng.randint(20, 40)))
    if state == "far_ahead":
        ship_by = roll(AS_OF + timedelta(rng.randint(110, 200)))
    return Order(c, amount, 0, 0, placed, ship_by, days)


# ---------------------------------------------------------------- statements


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Ratios of a company that do not follow from its health."""

    current: float  # current assets to total assets
    short: float  # current liabilities to total liabilities
    capital: float  # paid-in capital to total assets
    turnover: float  # revenue to total assets
    overhead: float  # to revenue
    equity: float | None

    def equity_share(self, health: float) -> float:
        return min(0.85, max(0.03, 0.10 + 0.55 * health)) if self.equity is None else self.equity

    def profit_share(self, health: float) -> float:
        return -0.02 + 0.16 * health

    def z(self, health: float) -> float:
        """Altman Z'' (1995)."""
        equity = self.equity_share(health)
        working_capital = self.current - self.short * (1 - equity)
        return (
            6.56 * working_capital
            + 3.26 * (equity - self.capital)
            + 6.72 * self.profit_share(health)
            + 1.05 * equity / (1 - equity)
        )

    def health_for(self, z: float) -> float:
        low, high = -0.5, 1.4
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if self.z(middle) < z else (low, middle)
        return low


STATEMENT_LINES = [
    "total_assets", "current_assets", "cash", "receivables", "inventory",
    "total_liabilities", "current_liabilities", "equity", "retained_earnings",
    "revenue", "cost_of_sales", "ebit", "interest_expense", "profit_before_tax", "net_income",
    "depreciation", "operating_cash_flow",
]  # fmt: skip


def draw_year(
    s: Shape, rng: Random, *, assets: int, equity: int, capital: int, profit: float, current: float
) -> dict[str, int]:
    """One statement in hundredths of its unit, from its total assets, equity and profitability."""
    liabilities = assets - equity
    current_assets = round(assets * current)
    revenue = round(assets * s.turnover)
    ebit = round(assets * profit)
    interest = round(liabilities * rng.uniform(0.25, 0.45) * 0.045)
    tax = max(0, round((ebit - interest) * 0.25))
    net_income = ebit - interest - tax
    depreciation = round((assets - current_assets) * rng.uniform(0.05, 0.09))
    cash_share = min(0.40, max(0.04, 0.12 + profit * 1.5 + rng.uniform(-0.03, 0.03)))
    return {
        "total_assets": assets,
        "current_assets": current_assets,
        "cash": round(current_assets * cash_share),
        "receivables": round(current_assets * rng.uniform(0.26, 0.38)),
        "inventory": round(current_assets * rng.uniform(0.12, 0.20)),
        "total_liabilities": liabilities,
        "current_liabilities": round(liabilities * s.short),
        "equity": equity,
        "retained_earnings": equity - capital,
        "revenue": revenue,
        "cost_of_sales": revenue - ebit - round(revenue * s.overhead),
        "ebit": ebit,
        "interest_expense": interest,
        "profit_before_tax": ebit - interest,
        "net_income": net_income,
        "depreciation": depreciation,
        "operating_cash_flow": net_income + depreciation - round(assets * rng.uniform(-0.01, 0.05)),
    }


def draw_statements(c: Customer) -> list[list[str]]:
    """Two years that follow on each other: equity moves by net income less the dividend."""
    if c.z is None:
        return []
    rng = c.stream("statements")
    s = Shape(
        current=rng.uniform(0.58, 0.76),
        short=rng.uniform(0.74, 0.92),
        capital=rng.uniform(0.10, 0.18),
        turnover=rng.uniform(0.9, 1.7),
        overhead=rng.uniform(0.06, 0.15),
        equity=EQUITY.get(c.number),
    )
    health = s.health_for(c.z)
    bought = (c.sales or 360) * 10_000  # from us, a year
    revenue = bought / WALLET.get(c.number, rng.uniform(0.03, 0.12)) / 0.85
    unit = 10_000 if revenue >= 800_000_000 else 1000 if revenue >= 30_000_000 else 1
    assets = round(revenue / s.turnover / unit * 100)
    equity, capital = round(assets * s.equity_share(health)), round(assets * s.capital)
    profit = s.profit_share(health)
    latest = draw_year(
        s, rng, assets=assets, equity=equity, capital=capital, profit=profit, current=s.current
    )
    dividend = max(0, round(latest["net_income"] * 0.3))
    before = draw_year(
        s,
        rng,
        assets=round(assets / (1 + rng.uniform(0.02, 0.12))),
        equity=equity - latest["net_income"] + dividend,
        capital=capital,
        profit=profit + ARCHETYPES[c.archetype].profit_drift + rng.uniform(-0.012, 0.012),
        current=s.current + rng.uniform(-0.02, 0.02),
    )
    audited = flag(c.ownership in ("listed", "state_owned", "foreign_invested") or c.sales >= 1000)
    missing = MISSING_LINES.get(c.number, ())
    years = {2024: before, 2025: latest}
    if c.number in ONLY_2025:
        years = {2025: latest}
    if c.number == STALE:
        years, audited = {2022: before, 2023: latest}, ""
    rows = []
    for year, lines in years.items():
        values = ["" if name in missing else text(lines[name]) for name in STATEMENT_LINES]
        rows.append([c.id, f"{year}-12-31", c.currency, str(unit), audited, *values])
    return rows


# ---------------------------------------------------------------- the other files


def customer_row(c: Customer, book: Book) -> list[str]:
    rng = c.stream("customer")
    sales = cents(NEW.get(c.number, "0")) or credit_sales(c, book)
    more = rng.uniform(1.0, 1.6)
    wanted = max(
        floor_to(sales * (c.days + 12) / 365 * more, 10_000_00),
        floor_to(line_size(c, book) * (0.5 + more / 2), 10_000_00),  # nobody asks for less
    )
    asks = sales > 0 and rng.random() < 0.8
    longer = rng.random() < 0.25
    litigation = str(LITIGATION.get(c.number, 0))
    if c.ownership == "sole_trader" and c.number != 1022:
        litigation = ""  # nobody has looked
    return [
        c.id, c.name, c.name_zh, c.currency, COUNTRY.get(c.number, "CN"),
        c.industry, c.ownership, c.founded, c.since,
        GROUP.get(c.number, ""),
        "" if c.number in NEW else text(credit_sales(c, book)),
        NEW.get(c.number, ""),
        text(wanted) if asks else "",
        f"net{LONGER[c.days] if longer else c.days}" if asks else "",
        INSOLVENCY.get(c.number, "false"),
        flag(c.number in BLOCKED),
        litigation,
        REPUTATION.get(c.number, ARCHETYPES[c.archetype].reputation),
        c.story,
    ]  # fmt: skip


def rating_rows(c: Customer) -> list[list[str]]:
    if c.number in UNRATED:
        return []
    a, rng = ARCHETYPES[c.archetype], c.stream("ratings")
    z = 1.5 if c.z is None else c.z
    value = 44 + 6.0 * z + a.rating_shift + rng.uniform(-7, 7)
    as_of = date(2026, 1, 10) + timedelta(rng.randint(0, 300))
    rows = [[c.id, "bureau", rating(value), str(as_of)]]
    if c.number in RATED_TWICE:
        value += a.profit_drift * 250 + rng.uniform(-3, 3)
        rows.insert(0, [c.id, "bureau", rating(value), str(as_of - timedelta(330))])
    return rows


def rating(value: float) -> str:
    return str(round(min(97, max(8, value))))


# Terms of a contract; the longest credit in them is the customer's days.
AGREED = {"C-1001": "50% 1/10 net 30, rest net 60"}


class Line(NamedTuple):
    owner: str
    amount: str
    currency: str
    days: int
    start: date
    until: date
    size: int  # in cents, decides who approves
    kind: str = "permanent"
    mode: str = ""

    def row(self) -> list[str]:
        by = next(role for bound, role in APPROVERS if bound is None or self.size <= bound)
        by = "credit_committee" if self.amount in ("unlimited", "none", "inherit") else by
        granted = [
            self.owner,
            self.amount,
            self.currency,
            AGREED.get(self.owner, f"net{self.days}"),
            by,
        ]
        dates = [str(self.start - timedelta(4)), str(self.start), str(self.until)]
        return [*granted, *dates, self.kind, self.mode]


GROUP_LINE = Line(
    "G-01", "4400000.00", "CNY", 30, date(2026, 3, 1), date(2027, 3, 1), cents("4400000.00")
)


def line_rows(c: Customer, book: Book) -> list[list[str]]:
    amount = LINE_AMOUNT.get(c.number, "")
    if c.share is None and not amount:
        return []
    rng = c.stream("line")
    basis = credit_sales(c, book) or round(c.sales * WAN)
    number = basis * round((c.share or 0) * 1000) // 1000
    step = 50_000_00 if number >= 1_000_000_00 else 10_000_00 if number >= 100_000_00 else 5_000_00
    amount = amount or text(floor_to(number, step))
    start = date(2025, 12, 1) + timedelta(rng.randint(0, 300))
    until = date(start.year + 1, start.month, min(start.day, 28))
    start, until = EXPIRED.get(c.number, (start, until))
    rows = [Line(c.id, amount, c.currency, c.days, start, until, number).row()]
    if c.number == TEMPORARY[0]:
        _, extra, start, until = TEMPORARY
        line = Line(
            c.id, extra, c.currency, c.days, start, until, cents(extra), "temporary", "adds"
        )
        rows.append(line.row())
    return rows


def line_size(c: Customer, book: Book) -> int:
    """The permanent line in cents; 0 where it is not an amount of money."""
    rows = [row for row in line_rows(c, book) if row[1][0].isdigit()]
    return cents(rows[0][1]) if rows else 0


def advance_rows(book: Book) -> list[list[str]]:
    found = [
        (o.customer, o.advance, min(AS_OF, roll(o.placed + timedelta(3))), o.cleared, o.id)
        for o in book.orders
        if o.advance
    ]
    for id, _, number, _, _, _, placed, _, _, advance in DEMO_ORDERS:
        if cents(advance):
            paid = min(AS_OF, roll(date.fromisoformat(placed) + timedelta(1)))
            found.append((BY_NUMBER[number], cents(advance), paid, True, id))
    for number, on, amount, cleared in FREE_ADVANCES:
        found.append((BY_NUMBER[number], cents(amount), on, cleared, ""))
    found.sort(key=lambda row: (row[2], row[0].number))
    return [
        [f"ADV-{n:03d}", c.id, c.currency, text(amount), str(on), flag(cleared), order]
        for n, (c, amount, on, cleared, order) in enumerate(found, 1)
    ]


def delivery_rows(book: Book) -> list[list[str]]:
    """What each order has delivered beyond what it has billed, in one or two deliveries."""
    rows: list[list[str]] = []
    found = [(o.customer, o.delivered - o.billed, o.id) for o in book.orders]
    found += [(BY_NUMBER[row[2]], cents(row[4]) - cents(row[5]), row[0]) for row in DEMO_ORDERS]
    for c, amount, order in found:
        rng = c.stream(f"delivery/{order}")
        first = floor_to(amount * 0.6, 100_00) if rng.random() < 0.5 else amount
        for part, age in ((first, rng.randint(4, 9)), (amount - first, rng.randint(1, 3))):
            if part > 0:
                on = AS_OF - timedelta(age)
                while not working(on):
                    on -= timedelta(1)
                id = f"DN-{len(rows) + 1:03d}"
                rows.append([id, c.id, c.currency, text(part), str(on), order])
    return rows


def bill_rows(book: Book) -> list[list[str]]:
    rows: list[list[str]] = []
    bills = sorted(book.bills, key=lambda b: (b[3], b[0].number))
    for n, (c, amount, kind, _, matures) in enumerate(bills, 1):
        status = ("in_hand", "in_hand", "discounted", "in_hand", "endorsed")[n % 5]
        recourse = flag(kind == "commercial") if status != "in_hand" else ""
        bill = [f"BE-{n:03d}", c.id, c.currency, text(amount)]
        rows.append([*bill, kind, status, recourse, str(matures)])
    return rows


def item_row(i: Item) -> list[str]:
    disputed = text(i.disputed) if i.disputed else ""
    document = [i.id, i.customer.id, i.kind, i.customer.currency, text(i.amount)]
    return [*document, str(i.doc_date), str(i.due_date or ""), disputed, i.order, i.instalment]


def allocation_row(a: Allocation) -> list[str]:
    return [a.source.id, a.target.id, text(a.amount), str(a.on), str(a.undone_on or "")]


def order_row(o: Order) -> list[str]:
    amounts = [text(o.amount), text(o.delivered), text(o.billed)]
    terms = f"net{o.days}" if o.days else "prepayment"
    return [
        o.id,
        o.customer.id,
        o.customer.currency,
        *amounts,
        str(o.placed),
        str(o.ship_by),
        terms,
    ]


def demo_rows() -> list[list[str]]:
    rows = []
    for id, scene, number, amount, delivered, billed, placed, ship_by, days, _ in DEMO_ORDERS:
        order = Order(
            BY_NUMBER[number], cents(amount), cents(delivered), cents(billed),
            date.fromisoformat(placed), date.fromisoformat(ship_by), days, id=id,
        )  # fmt: skip
        rows.append([*order_row(order), scene])
    return rows


# ---------------------------------------------------------------- all together


ORDER_COLUMNS = "id customer currency amount delivered billed date ship_by requested_terms"
COLUMNS = {
    "customers": (
        "id name name_zh currency country industry ownership founded trading_since group"
        " credit_sales_12m expected_purchases_12m requested_limit requested_terms"
        " insolvency blocked litigation reputation story"
    ),
    "statements": "customer period_end currency unit audited " + " ".join(STATEMENT_LINES),
    "ratings": "customer agency value as_of",
    "items": "id customer kind currency amount doc_date due_date disputed order instalment",
    "allocations": "source target amount on undone_on",
    "lines": "customer amount currency terms approved_by approved_on from until kind mode",
    "orders": ORDER_COLUMNS,
    "demo_orders": ORDER_COLUMNS + " scene",
    "advances": "id customer currency amount on cleared order",
    "deliveries": "id customer currency amount on order",
    "bills": "id customer currency amount kind status recourse maturity",
    "rates": "base quote rate as_of kind",
}


def make_book() -> Book:
    book = Book()
    for c in CUSTOMERS:
        rng = c.stream("ledger")
        draw_payments(c, book, draw_invoices(c, book, rng), rng)
    add_special_items(book)
    number_items(book)
    draw_orders(book)
    return book


def write(name: str, rows: list[list[str]]) -> None:
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS[name].split())
        writer.writerows(rows)
    print(f"{name}.csv: {len(rows)} rows")


def main() -> None:
    book = make_book()
    tables = {
        "customers": [customer_row(c, book) for c in CUSTOMERS],
        "statements": [row for c in CUSTOMERS for row in draw_statements(c)],
        "ratings": [row for c in CUSTOMERS for row in rating_rows(c)],
        "items": [item_row(i) for i in book.items],
        "allocations": [allocation_row(a) for a in book.allocations],
        "lines": [GROUP_LINE.row(), *[row for c in CUSTOMERS for row in line_rows(c, book)]],
        "orders": [order_row(o) for o in book.orders],
        "demo_orders": demo_rows(),
        "advances": advance_rows(book),
        "deliveries": delivery_rows(book),
        "bills": bill_rows(book),
        "rates": RATES,
    }
    for name, rows in tables.items():
        write(name, rows)


if __name__ == "__main__":
    main()
